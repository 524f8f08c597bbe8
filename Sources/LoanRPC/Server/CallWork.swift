// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import Protobuf

/// The part of a call that outlives the read which brought it.
struct CallWork {
    enum Kind { case batch, stream, control }

    let kind: Kind
    let deadline: MonotonicTime
    let flag = StopFlag()
    /// Work is going on elsewhere: the slot must be held.
    var isBusy = false
    /// Batches of this stream in the burst.
    var inBurst = 0
    /// Batches that wait for their predecessors, for credit or for a slow reader.
    var waiting: [ByteBuffer] = []
    var hasInputEnded = false
    /// Bytes kept for work that is going on.
    var keptBytes = 0
    var task: Task<Void, Never>?
    var lastProgress: [UInt8] = []
    var heartbeat: RepeatedTask?
}

/// A small prediction that waits to be scored with the others of its read.
struct BurstCall {
    var stream: UInt32
    var message: PredictMessage
    /// Where the message lies in `inbound`.
    var range: ByteRange
    var deadline: MonotonicTime
    /// A batch of PredictStream: answered by DATA.
    var isOfStream: Bool
}
