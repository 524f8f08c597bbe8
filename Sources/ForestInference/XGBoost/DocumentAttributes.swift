// SPDX-License-Identifier: Apache-2.0

/// The attributes of a model that say which of its trees count. All others are the user's notes.
struct DocumentAttributes {
    /// The best round of early stopping, counted from 0.
    private(set) var bestIteration: String?
    /// The trees up to that round, as XGBoost 1.4 to 1.7 have it.
    private(set) var bestTreeCount: String?
    /// What scikit-learn's classes note of themselves, in JSON: to XGBoost 1.3 the only place that
    /// holds the trees up to the best round.
    private var classNotes: String?

    init() {}

    /// Reads `attributes`. Names and values may be of any length.
    init(reader: inout some DocumentReader) throws(ForestError) {
        let limit = ForestLimits.documentBytesMax
        var state = try reader.beginObject()
        while let key = try reader.nextKey(&state, limit: limit) {
            switch key {
            case "best_iteration":
                guard bestIteration == nil else { throw .duplicateField(key) }
                bestIteration = try reader.scalarText()
            case "best_ntree_limit":
                guard bestTreeCount == nil else { throw .duplicateField(key) }
                bestTreeCount = try reader.scalarText()
            case "scikit_learn":
                guard classNotes == nil else { throw .duplicateField(key) }
                classNotes = try reader.scalarText(limit: limit)
            default: try reader.skip()
            }
        }
    }

    /// The trees up to the best round; nil where nothing says so.
    func bestTrees() throws(ForestError) -> String? {
        if let bestTreeCount { return bestTreeCount }
        guard let classNotes else { return nil }
        var reader = JSONReader(Array(classNotes.utf8))
        do throws(ForestError) {
            var found: String?
            var state = try reader.beginObject()
            while let key = try reader.nextKey(&state, limit: ForestLimits.documentBytesMax) {
                if key == "best_ntree_limit" {
                    found = try reader.scalarText()
                } else {
                    try reader.skip()
                }
            }
            return found
        } catch {
            throw .invalidValue(field: "scikit_learn")
        }
    }
}
