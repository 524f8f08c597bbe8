// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanService

/// Where each record has each feature. One walk over the members, however many features there are:
/// records of one sender name them in one order, so that each is looked for where the record before
/// had it.
struct RecordPlaces {
    private let featureCount: Int
    /// By row and feature: the index of the member, of duplicate names the last one; -1 for none.
    private var places: [Int32]
    /// The first names that are no feature's, each once, in the order of the text.
    private(set) var unknownNames: [String] = []
    /// Values under such names.
    private(set) var unknownCount = 0

    /// Names that are kept.
    static let unknownNamesMax = 32

    init(_ records: [JSONObject], _ features: [ServedModel.Feature]) {
        featureCount = features.count
        places = [Int32](repeating: -1, count: records.count * features.count)
        let indices = Dictionary(
            features.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var order: [Int] = []
        for (row, record) in records.enumerated() {
            for (position, member) in record.members.enumerated() {
                if position == order.count { order.append(min(position, featureCount - 1)) }
                let expected = order[position]
                if expected >= 0, features[expected].name == member.name {
                    places[row * featureCount + expected] = Int32(position)
                } else if let index = indices[member.name] {
                    order[position] = index
                    places[row * featureCount + index] = Int32(position)
                } else {
                    note(member.name)
                }
            }
        }
    }

    /// The index of the member of a row that is a feature's; nil for none.
    subscript(row: Int, feature: Int) -> Int? {
        let place = places[row * featureCount + feature]
        return place < 0 ? nil : Int(place)
    }

    private mutating func note(_ name: String) {
        unknownCount += 1
        guard unknownNames.count < Self.unknownNamesMax else { return }
        let name = name.excerpt
        if !unknownNames.contains(name) { unknownNames.append(name) }
    }
}
