// SPDX-License-Identifier: Apache-2.0

/// Names as Prometheus has them, made from the labels of code.
enum MetricName {
    /// Names of other systems keep their spelling, so that dashboards made for them work.
    private static let keptPrefixes = ["nv_", "process_"]

    /// `loan_default.rpc.calls` as a counter is `loan_default_rpc_calls_total`.
    static func exposed(_ label: String, _ kind: MetricKind, unit: String) -> String {
        let name = sanitized(label)
        guard !keptPrefixes.contains(where: { name.hasPrefix($0) }) else { return name }
        let withUnit = unit.isEmpty || name.hasSuffix("_" + unit) ? name : "\(name)_\(unit)"
        guard kind == .counter, !withUnit.hasSuffix("_total") else { return withUnit }
        return withUnit + "_total"
    }

    /// Every character that a name may not have becomes an underscore.
    static func sanitized(_ label: String) -> String {
        var name = ""
        for character in label.unicodeScalars {
            let isLetter = ("a"..."z").contains(character) || ("A"..."Z").contains(character)
            let isDigit = ("0"..."9").contains(character)
            if isDigit, name.isEmpty { name = "_" }
            name.unicodeScalars.append(isLetter || isDigit ? character : "_")
        }
        return name.isEmpty ? "_" : name
    }
}
