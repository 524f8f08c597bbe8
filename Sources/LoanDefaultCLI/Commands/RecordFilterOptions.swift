// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import DecisionRecord
internal import LoanModel
internal import LoanService

/// The options that say which decisions of a record are meant.
struct RecordFilterOptions: ParsableArguments {
    @Option(help: "Decisions from this time on: a date, or a time with its zone.")
    var from: String?

    @Option(help: "Decisions before this time.")
    var to: String?

    @Option(help: "Decisions of the model of this name.")
    var model: String?

    @Option(help: "Decisions of this generation.")
    var generation: String?

    @Option(help: "Decisions in this band.")
    var band: String?

    @Option(help: "Decisions of this kind: approve, refer or decline.")
    var decision: String?

    @Option(help: "Decisions of the request with this id.")
    var id: String?

    @Option(help: "The file with the key that the server hashes ids with.")
    var idKeyFile: String?

    @Option(help: "Decisions by this transport (\(Self.transports)).")
    var transport: String?

    @Option(help: "Decisions of this stream: the chain of one server.")
    var stream: String?

    private static let transports =
        DecisionTransport.all.map(\.name).joined(separator: ", ")

    /// The filter, checked.
    func filter() throws -> RecordFilter {
        var filter = RecordFilter()
        filter.from = try from.map { try Self.time($0, "--from") }
        filter.to = try to.map { try Self.time($0, "--to") }
        if let from = filter.from, let to = filter.to, from >= to {
            throw CommandFailure.usage("--from is not before --to: no decision lies between them")
        }
        filter.model = model
        filter.generation = generation
        filter.band = band
        filter.stream = stream
        filter.decision = try decision.map { word in
            guard let decision = Decision(rawValue: word) else {
                let words = Decision.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandFailure.usage("--decision is '\(word)'; it must be one of \(words)")
            }
            return decision
        }
        filter.transport = try transport.map { word in
            guard let transport = DecisionTransport.all.first(where: { $0.name == word }) else {
                throw CommandFailure.usage(
                    "--transport is '\(word)'; it must be one of \(Self.transports)"
                )
            }
            return transport
        }
        filter.id = try id.map { try Self.recorded($0, keyFile: idKeyFile) }
        if id == nil, idKeyFile != nil {
            throw CommandFailure.usage("--id-key-file goes with an id")
        }
        return filter
    }

    private static func time(_ text: String, _ option: String) throws -> Int64 {
        guard let time = RecordTime.milliseconds(of: text) else {
            throw CommandFailure.usage("\(option) is '\(text)'; it must be \(RecordTime.grammar)")
        }
        return time
    }

    /// An id as the record has it.
    /// - Parameter keyFile: the file with the key of ids that are hashed.
    static func recorded(_ id: String, keyFile: String?) throws -> [UInt8] {
        guard let keyFile else { return Array(id.utf8) }
        do {
            let bytes = try InputFile.contents(
                of: keyFile,
                bytesMax: RecordIDKey.byteCountRange.upperBound
            )
            guard let key = RecordIDKey(bytes) else {
                let range = RecordIDKey.byteCountRange
                throw CommandFailure.usage(
                    "--id-key-file: \(keyFile) has \(bytes.count) bytes; a key has from "
                        + "\(range.lowerBound) to \(range.upperBound) of them"
                )
            }
            return Array(key.hashed(id).utf8)
        } catch let error as InputFileError {
            throw CommandFailure.usage("--id-key-file: \(error)")
        }
    }
}
