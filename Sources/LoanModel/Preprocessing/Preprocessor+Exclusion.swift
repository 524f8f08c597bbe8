// SPDX-License-Identifier: Apache-2.0

extension Preprocessor {
    /// A preprocessor without some of its features, which become ignored columns: records may have
    /// them or lack them.
    package struct Exclusion: Sendable, Equatable {
        /// What prepares the rest.
        package let preprocessor: Preprocessor
        /// The prepared columns that remain, by their old positions, in order.
        package let kept: [Int]
    }

    /// Leaves out features.
    /// - Parameter names: of raw features, each once.
    /// - Throws: `ExclusionError` for a name that is no feature, and where none would remain.
    package func excluding(_ names: [String]) throws(ExclusionError) -> Exclusion {
        var left: Set<String> = []
        for name in names {
            guard schema.featureIndex(named: name) != nil else {
                let known = schema.features.map(\.name)
                throw .unknown(feature: name, nearest: NearestNames.find(name, among: known))
            }
            guard left.insert(name).inserted else { throw .repeated(feature: name) }
        }
        let steps = steps.filter { !left.contains($0.fitted.name) }
        guard !steps.isEmpty else { throw .nothingRemains }
        do throws(PreprocessorError) {
            return Exclusion(
                preprocessor: try Preprocessor(
                    schema: schema.excluding(left, in: names),
                    features: steps.map(\.fitted),
                    profiles: steps.compactMap(\.profile)
                ),
                kept: steps.flatMap(\.columns)
            )
        } catch {
            preconditionFailure("steps that fit a schema fit a part of it: \(error)")
        }
    }
}

/// Why features cannot be left out.
package enum ExclusionError: Error, Equatable, CustomStringConvertible {
    /// - Parameter nearest: features that there are.
    case unknown(feature: String, nearest: [String])
    case repeated(feature: String)
    case nothingRemains

    /// What is wrong and what would be right, in a sentence without an end.
    package var description: String {
        switch self {
        case .unknown(let feature, let nearest):
            "the data has no feature \(feature); the nearest are "
                + nearest.joined(separator: ", ")
        case .repeated(let feature): "\(feature) is there twice; give it once"
        case .nothingRemains: "all features are left out; one must remain to train on"
        }
    }
}

extension TableSchema {
    /// The schema without features that are there.
    /// - Parameter order: the same names, in the order in which they become ignored columns.
    fileprivate func excluding(_ names: Set<String>, in order: [String]) -> TableSchema {
        var roles = roles
        roles.ignored += order
        let before = features.prefix(labelPosition).count { names.contains($0.name) }
        return TableSchema(
            // Rows are repeated with noise before features are left out, if at all.
            features: features.filter { !names.contains($0.name) }.map {
                Feature($0.name, $0.preparation, .none, rareBelow: $0.rareBelow)
            },
            label: label,
            labelValues: labelValues,
            leavesOutUnlabeled: leavesOutUnlabeled,
            labelPosition: labelPosition - before,
            preparedOrder: preparedOrder.map { features[$0].name }.filter { !names.contains($0) },
            roles: roles
        )
    }
}
