// SPDX-License-Identifier: Apache-2.0

internal import CLoanProto
internal import Protobuf

extension SplitMessage {
    /// Reads a message; nil where there is none.
    init?(
        _ message: UnsafeMutablePointer<LoanDefault__V1__Split>?
    ) throws(MessageError) {
        guard let split = unsafe message?.pointee else { return nil }
        guard let rule = unsafe Rule(rawValue: split.rule.rawValue) else {
            throw .malformed("the rule of a split is unknown")
        }
        self.init()
        self.rule = rule
        testShare = unsafe split.test_share == 0 ? nil : split.test_share
        calibrationShare = unsafe split.calibration_share
        stoppingShare = unsafe split.stopping_share
    }

    /// The message as protobuf-c encodes it.
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__Split> {
        let message: UnsafeMutablePointer<LoanDefault__V1__Split> = unsafe arena.room(1)
        unsafe loan_default__v1__split__init(message)
        unsafe message.pointee.rule = LoanDefault__V1__SplitRule(rawValue: rule.rawValue)
        unsafe message.pointee.test_share = testShare ?? 0
        unsafe message.pointee.calibration_share = calibrationShare
        unsafe message.pointee.stopping_share = stoppingShare
        return unsafe message
    }
}

extension DataPartMessage {
    /// Reads a message.
    init(_ message: UnsafeMutablePointer<LoanDefault__V1__DataPart>) {
        self.init()
        part = unsafe message.pointee.part.text
        rows = unsafe message.pointee.rows
        sourceRows = unsafe message.pointee.source_rows
        firstTime = unsafe message.pointee.first_time.text
        lastTime = unsafe message.pointee.last_time.text
    }

    /// The message as protobuf-c encodes it.
    func message(
        in arena: inout MessageArena
    ) -> UnsafeMutablePointer<LoanDefault__V1__DataPart> {
        let message: UnsafeMutablePointer<LoanDefault__V1__DataPart> = unsafe arena.room(1)
        unsafe loan_default__v1__data_part__init(message)
        unsafe message.pointee.part = arena.field(part)
        unsafe message.pointee.rows = rows
        unsafe message.pointee.source_rows = sourceRows
        unsafe message.pointee.first_time = arena.field(firstTime)
        unsafe message.pointee.last_time = arena.field(lastTime)
        return unsafe message
    }
}
