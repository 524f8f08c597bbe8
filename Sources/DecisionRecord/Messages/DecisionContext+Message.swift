// SPDX-License-Identifier: Apache-2.0

internal import Protobuf

extension DecisionContext {
    /// - Parameter number: nil leaves it out: for finding out whether two are equal.
    func message(_ number: ContextNumber?) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.number(1, Int(number?.rawValue ?? 0))
        writer.text(2, model)
        writer.text(3, generation)
        writer.column(4, modelDigest[...])
        writer.column(5, preprocessorDigest[...])
        writer.column(6, policyDigest[...])
        writer.text(7, build)
        writer.text(8, kind)
        for feature in features { writer.message(9) { feature.write(to: &$0) } }
        writer.number(10, valueCount)
        writer.number(11, marginCount)
        writer.texts(12, kernels)
        writer.flag(13, isPrepared)
        writer.texts(14, bands)
        writer.texts(15, rules)
        writer.text(16, iterations)
        writer.column(17, coversDigest[...])
        writer.text(18, objective)
        return writer.bytes
    }

    static func read(
        _ message: RecordMessage
    ) throws(MessageError) -> (ContextNumber, DecisionContext) {
        let number = try message.word(1)
        guard number > 0 else { throw .malformed("a context has no number") }
        var features: [Feature] = []
        for feature in try message.messages(9) { features.append(try Feature(feature)) }
        let context = DecisionContext(
            model: try message.text(2),
            generation: try message.text(3),
            modelDigest: try message.digest(4),
            preprocessorDigest: try message.digest(5),
            policyDigest: try message.digest(6),
            build: try message.text(7),
            kind: try message.text(8),
            features: features,
            valueCount: try message.count(10),
            marginCount: try message.count(11),
            kernels: try message.texts(12),
            isPrepared: try message.flag(13),
            bands: try message.texts(14),
            rules: try message.texts(15),
            iterations: try message.text(16),
            coversDigest: try message.digest(17),
            objective: try message.text(18)
        )
        return (ContextNumber(rawValue: number), context)
    }

    /// The files that decisions are made again with, by their digests.
    var pinned: [[UInt8]] {
        [modelDigest, preprocessorDigest, policyDigest, coversDigest].filter { !$0.isEmpty }
    }
}

extension DecisionContext.Feature {
    fileprivate func write(to writer: inout ProtobufWriter) {
        writer.text(1, name)
        writer.number(2, Int(kind.rawValue))
        writer.flag(3, isCode)
        writer.texts(4, categories)
    }

    fileprivate init(_ message: RecordMessage) throws(MessageError) {
        guard let kind = Kind(rawValue: try message.word(2)) else {
            throw .malformed("the kind of a feature is unknown")
        }
        self.init(
            name: try message.text(1),
            kind: kind,
            isCode: try message.flag(3),
            categories: try message.texts(4)
        )
    }
}
