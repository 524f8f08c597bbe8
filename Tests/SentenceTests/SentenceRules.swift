// SPDX-License-Identifier: Apache-2.0

/// What a message to users must not be.
struct SentenceRules {
    /// Names of types of the sources.
    let types: Set<String>

    /// Words that only a program has, though they look like a name of a type.
    private static let names: Set<String> = ["XGBoost", "NaN", "UTF"]
    private static let verbs: Set<String> = [
        "is", "are", "was", "were", "has", "have", "holds", "hold", "exceeds", "must", "may",
        "cannot", "can", "does", "do", "did", "ends", "begins", "starts", "takes", "asks", "names",
        "says", "needs", "leads", "breaks", "refuses", "refused", "redirects", "knows", "goes",
        "comes", "lies", "announces", "predicts", "splits", "contains", "numbers", "fits", "allow",
        "belongs", "separates",
    ]

    /// What is wrong with the sentence that a case has; empty where nothing is.
    func faults(of sample: ErrorSamples.Sample) -> [String] {
        let sentence = sample.sentence
        var faults: [String] = []
        if sentence.contains(/^\s|\s$|\n|  |: *:|''|""| \(\)|:$/) { faults.append("a gap") }
        if sentence.contains(/\w\(\w+:|Optional\(|Error Domain|\bnil\b/) {
            faults.append("a value of Swift")
        }
        // A name with a capital inside is one of Swift, unless it is what somebody called a thing.
        let words = sentence.split { !$0.isLetter && !$0.isNumber && $0 != "_" }.map(String.init)
        for word in words {
            let isGiven = sample.values.contains { $0.contains(word) }
            if word.contains(/^[a-z]+[A-Z]/), !isGiven { faults.append("the name \(word)") }
            if types.contains(word), word.contains(/[a-z][A-Z]/), !Self.names.contains(word) {
                faults.append("the type \(word)")
            }
        }
        if words.count < 3 { faults.append("too few words") }
        if !words.contains(where: Self.verbs.contains) { faults.append("no verb") }
        if let first = words.first, Self.verbs.contains(first) || first == "not" {
            faults.append("no subject")
        }
        for value in sample.values where !sentence.contains(value) {
            faults.append("nothing of '\(value)'")
        }
        return faults
    }
}
