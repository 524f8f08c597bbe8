// SPDX-License-Identifier: Apache-2.0

/// What the categories of one feature are called, as written since XGBoost 3.1.
struct CategoryEncoding {
    private var offsets: [Int32]?
    private var type: Int?
    private var values: [Int64] = []

    /// XGBoost's numbers of the unsigned kinds that UBJSON has no marker for, with their bits: they
    /// are written as signed ones.
    private static let unsignedBits = [12: 16, 14: 32]

    /// Reads the object of one feature of at most `limit` values.
    init(reader: inout some DocumentReader, limit: Int) throws(ForestError) {
        var keys = try KeyReader<CategoryEncodingKey>(&reader)
        while let key = try keys.next(&reader) {
            switch key {
            case .offsets: offsets = try reader.integers(limit: ForestLimits.categoriesMax + 1)
            case .type:
                guard let number = Int(try reader.scalarText()) else {
                    throw .invalidValue(field: key.rawValue)
                }
                type = number
            case .values: values = try reader.wideIntegers(limit: limit)
            }
        }
    }

    /// Values that have been read.
    var valueCount: Int { values.count }

    /// The categories in the order of their codes, as texts.
    ///
    /// Nil where they are not texts of their own: XGBoost 3.1 cuts those that are not ASCII.
    func names(count: Int) throws(ForestError) -> [String]? {
        guard count <= ForestLimits.categoriesMax else {
            throw .tooLarge(.categories, count: count, limit: ForestLimits.categoriesMax)
        }
        let texts = offsets == nil ? numbers() : try strings()
        guard let texts else { return nil }
        guard texts.count == count else {
            let stated = "\(texts.count) categories"
            throw .wrongCount(field: CategoriesKey.encodings.rawValue, stated: stated, found: count)
        }
        return Set(texts).count == texts.count ? texts : nil
    }

    private func numbers() -> [String] {
        let bits = type.flatMap { Self.unsignedBits[$0] }
        return values.map { value in
            guard value < 0, let bits else { return "\(value)" }
            return "\(value + 1 << bits)"
        }
    }

    private func strings() throws(ForestError) -> [String]? {
        let field = CategoryEncodingKey.offsets.rawValue
        guard let offsets, let first = offsets.first else { return [] }
        guard first == 0, zip(offsets, offsets.dropFirst()).allSatisfy({ $0 <= $1 }),
            offsets[offsets.count - 1] <= values.count
        else { throw .invalidValue(field: field) }
        let bytes = values.map { UInt8(truncatingIfNeeded: $0) }
        var texts: [String] = []
        for (start, end) in zip(offsets, offsets.dropFirst()) {
            let part = bytes[Int(start)..<Int(end)]
            guard part.count <= ForestLimits.textBytesMax else {
                throw .tooLarge(.text, count: part.count, limit: ForestLimits.textBytesMax)
            }
            guard let text = String(validating: part, as: UTF8.self) else { return nil }
            texts.append(text)
        }
        return texts
    }
}
