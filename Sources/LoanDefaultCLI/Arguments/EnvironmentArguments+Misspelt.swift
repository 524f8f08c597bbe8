// SPDX-License-Identifier: Apache-2.0

extension EnvironmentArguments {
    /// Variables of the project's tests, which share the prefix.
    private static let testPrefix = prefix + "TEST_"

    /// A sentence about each variable that bears the prefix and sets no option of any command.
    ///
    /// The addresses that Kubernetes gives to every pod of a namespace bear it too where a service
    /// is called `loan-default...`; they are nobody's mistake.
    func misspelt() -> [String] {
        let known = Set(syntax.names.map(Self.variable))
        return environment.filter { name, value in
            name.uppercased().hasPrefix(Self.prefix) && !name.hasPrefix(Self.testPrefix)
                && !known.contains(name) && !ServiceLink.isLink(name, value)
        }
        .keys.sorted().map { name in
            guard let nearest = Self.nearest(to: name, of: known) else {
                return "\(name) is not a setting of any command; "
                    + "`loan-default COMMAND --help` lists them"
            }
            return "\(name) is not a setting of any command; did you mean \(nearest)?"
        }
    }

    /// The known name that the fewest edits make of `name`; nil where none is near.
    private static func nearest(to name: String, of known: Set<String>) -> String? {
        let own = Array(name.uppercased().dropFirst(prefix.count))
        let ranked = known.map { (name: $0, edits: edits(own, Array($0.dropFirst(prefix.count)))) }
        let best = ranked.min { ($0.edits, $0.name) < ($1.edits, $1.name) }
        guard let best, best.edits <= max(2, own.count / 3) else { return nil }
        return best.name
    }

    /// Insertions, removals, replacements and swaps of neighbors (optimal string alignment).
    private static func edits(_ from: [Character], _ to: [Character]) -> Int {
        var before: [Int] = []
        var last = Array(0...to.count)
        for (row, character) in from.enumerated() {
            var next = [row + 1]
            for (column, other) in to.enumerated() {
                let replaced = last[column] + (character == other ? 0 : 1)
                var least = min(replaced, last[column + 1] + 1, next[column] + 1)
                if row > 0, column > 0, character == to[column - 1], from[row - 1] == other {
                    least = min(least, before[column - 1] + 1)
                }
                next.append(least)
            }
            (before, last) = (last, next)
        }
        return last[to.count]
    }
}
