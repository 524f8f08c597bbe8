// SPDX-License-Identifier: Apache-2.0

/// The model that answers a call: the one of the name that the caller uses, or its challenger.
package struct AnsweringModel: Sendable {
    /// What answers.
    package let model: ServedModel
    /// Its name: another one than the caller's where the challenger answers.
    package let name: String
    /// The model of the name that the caller uses: what it knows of features and schema.
    package let champion: ServedModel
    /// Whether a canary was asked, whoever was chosen.
    package let isChosen: Bool

    /// The model of a name, whose challenger is not asked.
    package init(_ model: ServedModel, name: String) {
        self.init(model, name: name, champion: model, isChosen: false)
    }

    init(_ model: ServedModel, name: String, champion: ServedModel, isChosen: Bool) {
        self.model = model
        self.name = name
        self.champion = champion
        self.isChosen = isChosen
    }

    /// What a caller learns of who has answered, where a canary was asked: the name with the
    /// generation, if the model has one.
    package var label: String? {
        guard isChosen else { return nil }
        guard let version = model.version, !name.utf8.contains(UInt8(ascii: "@")) else {
            return name
        }
        return "\(name)@\(version)"
    }
}

extension AnsweringModel: Equatable {
    package static func == (left: Self, right: Self) -> Bool {
        left.model === right.model && left.name == right.name && left.isChosen == right.isChosen
    }
}
