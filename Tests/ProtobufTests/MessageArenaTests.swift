// SPDX-License-Identifier: Apache-2.0

import CLoanProto
import Protobuf
import Testing

/// The memory of messages, with real ones.
@Suite struct MessageArenaTests {
    /// A model message of nothing but names and sections.
    private func encoded(names: [String] = [], section: [UInt8] = []) -> [UInt8] {
        var arena = MessageArena()
        return arena.pack(
            unsafe loan_default__v1__model__init,
            unsafe loan_default__v1__model__get_packed_size,
            unsafe loan_default__v1__model__pack
        ) { message, arena in
            unsafe message.feature_names = arena.strings(names)
            unsafe message.n_feature_names = names.count
            unsafe message.preprocessor_fingerprint = arena.field(section)
        }
    }

    private func decodedNames(
        _ bytes: [UInt8],
        in arena: inout MessageArena
    ) throws(MessageError) -> [String] {
        try unsafe arena.unpack(bytes.span.bytes, with: loan_default__v1__model__unpack) {
            (message: LoanDefault__V1__Model) throws(MessageError) in
            unsafe repeatedPointees(message.n_feature_names, message.feature_names) {
                unsafe decodedText($0)
            }
        }
    }

    @Test func stopsAFloodOfFields() {
        var arena = MessageArena()
        var flood: [UInt8] = []
        // Unknown fields, each of which protobuf-c notes in 24 bytes.
        for _ in 0..<60_000 { flood += [0x68, 1] }
        #expect(throws: MessageError.overBudget) { try decodedNames(flood, in: &arena) }
        #expect(arena.bytesUsed <= 2 * flood.count + MessageBudget.base)
    }

    @Test func stopsMoreFieldsThanAPeerMaySend() throws {
        var wire = MessageArena()
        var stored = MessageArena(.stored)
        // `trained_at` again and again: the last one counts.
        let many = (0..<65_537).flatMap { _ in [0x18, 1] as [UInt8] }
        #expect(throws: MessageError.overBudget) { try decodedNames(many, in: &wire) }
        #expect(throws: MessageError.overBudget) { try decodedNames(many, in: &stored) }
        let few = Array(many.prefix(2 * 1_000))
        #expect(try decodedNames(few, in: &wire).isEmpty)
        #expect(try decodedNames(few, in: &stored).isEmpty)
    }

    @Test func storedMessagesMayConsistOfShortNames() throws {
        let names = (0..<20_000).map { "f" + String(1_000_000 + $0) }
        let bytes = encoded(names: names)
        var stored = MessageArena(.stored)
        #expect(try decodedNames(bytes, in: &stored) == names)
        var wire = MessageArena(.wire)
        #expect(throws: MessageError.overBudget) { try decodedNames(bytes, in: &wire) }
    }

    @Test func everyAllocationMayFail() throws {
        let names = (0..<40).map { "feature \($0)" }
        let bytes = encoded(names: names)
        var arena = MessageArena()
        #expect(try decodedNames(bytes, in: &arena) == names)
        let needed = arena.bytesUsed
        for bytesMax in 0..<needed {
            var starved = MessageArena(bytesMax: bytesMax)
            #expect(throws: MessageError.overBudget, "\(bytesMax) bytes") {
                try decodedNames(bytes, in: &starved)
            }
        }
        var exact = MessageArena(bytesMax: needed)
        #expect(try decodedNames(bytes, in: &exact) == names)
    }

    @Test func anArenaServesOneMessageAfterTheOther() throws {
        var arena = MessageArena(.stored)
        for count in [1, 5_000, 3, 0, 100] {
            let names = (0..<count).map { "name \($0)" }
            #expect(try decodedNames(encoded(names: names), in: &arena) == names)
        }
        #expect(arena.bytesUsed < 16 << 10)
    }

    @Test func encodesMoreThanAnyBlock() throws {
        let section = [UInt8](repeating: 7, count: 9 << 20)
        let bytes = encoded(section: section)
        var arena = MessageArena()
        let decoded = try unsafe arena.unpack(
            bytes.span.bytes,
            with: loan_default__v1__model__unpack
        ) { (message: LoanDefault__V1__Model) throws(MessageError) in
            unsafe message.preprocessor_fingerprint.copied
        }
        #expect(decoded == section)
    }

    @Test(arguments: [
        ([0x00, 0x01] as [UInt8], "a field number is not in 1...2^29 - 1"),
        ([0x0B], "the wire type of a field is unknown"),
        ([0x12, 0x05, 0x61], "a field is longer than its message"),
        ([0x18], "the message ends inside a varint"),
    ])
    func refusesByName(_ bytes: [UInt8], _ sentence: String) {
        var arena = MessageArena()
        do throws(MessageError) {
            _ = try decodedNames(bytes, in: &arena)
            Issue.record("\(bytes) were decoded")
        } catch {
            #expect(error.description == sentence)
        }
    }

    @Test func refusesWhatOnlyProtobufCFindsWrong() {
        var arena = MessageArena()
        // The scores end inside a field.
        #expect(throws: MessageError.self) { try decodedNames([0x3A, 0x01, 0x08], in: &arena) }
    }
}
