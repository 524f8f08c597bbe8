// SPDX-License-Identifier: Apache-2.0

package import DecisionRecord

/// Reads the decisions of a record, stream after stream and in the order of each, in bounded
/// memory. A damaged segment is read up to its damage, and the walk goes on after it.
package struct RecordWalk: Sendable {
    /// Where the record is.
    package let place: RecordPlace
    /// Which decisions are delivered.
    package let filter: RecordFilter

    /// What a walk has come to.
    package struct Result: Sendable {
        /// Frames of decisions that were looked at, whether meant or not.
        package fileprivate(set) var frameCount = 0
        /// Rows that were delivered.
        package fileprivate(set) var rowCount = 0
        /// What could not be read: sentences.
        package fileprivate(set) var faults: [String] = []
        /// Faults that are not among these.
        package fileprivate(set) var moreFaults = 0

        /// Nothing yet.
        package init() {}

        fileprivate mutating func add(_ fault: String) {
            if faults.count < RecordWalk.faultsMax { faults.append(fault) } else { moreFaults += 1 }
        }
    }

    /// Faults that are described; more are counted.
    package static let faultsMax = 100

    /// - Parameter filter: which decisions are delivered.
    package init(_ place: RecordPlace, _ filter: RecordFilter = RecordFilter()) {
        self.place = place
        self.filter = filter
    }

    /// Delivers frames.
    /// - Parameters:
    ///   - progress: the share of the bytes that are read.
    ///   - body: takes the decisions that are meant; at least one row. False ends the walk.
    /// - Throws: `RecordReadError` where the place cannot be listed, and what `body` throws.
    package func run(
        progress: (Double) -> Void = { _ in },
        _ body: (RecordedDecisions) throws -> Bool
    ) throws -> Result {
        let segments = try segments()
        let total = Double(max(1, segments.reduce(0) { $0 + $1.byteCount }))
        var (result, done, goesOn) = (Result(), 0, true)
        for segment in segments where goesOn {
            goesOn = try read(segment, into: &result) { offset in
                progress(Double(done + offset) / total)
            } _: { decisions in
                try body(decisions)
            }
            done += segment.byteCount
            progress(Double(done) / total)
        }
        return result
    }

    /// The segments of all streams that are meant.
    package func segments() throws(RecordReadError) -> [RecordSegment] {
        var segments: [RecordSegment] = []
        for stream in try place.streams() where filter.stream.map({ $0 == stream }) ?? true {
            segments += try place.segments(of: stream)
        }
        return segments
    }

    /// - Returns: whether the walk goes on.
    private func read(
        _ segment: RecordSegment,
        into result: inout Result,
        _ progress: (Int) -> Void,
        _ body: (RecordedDecisions) throws -> Bool
    ) throws -> Bool {
        var contexts = KnownContexts()
        var failure: (any Error)?
        var goesOn = true
        var walked = result
        do throws(RecordReadError) {
            try place.read(segment) { (frame) throws(RecordReadError) in
                switch frame.type {
                case .context:
                    guard case .context(let number, let content) = try frame.content() else {
                        break
                    }
                    contexts.add(number, content, isMeant: filter.takes(content))
                case .decisions:
                    guard case .decisions(let decisions) = try frame.content() else { break }
                    walked.frameCount += 1
                    if walked.frameCount & 4_095 == 0 { progress(frame.offset) }
                    let known = contexts.find(decisions.head.context)
                    if let known, !known.isMeant || !filter.takes(decisions) { break }
                    let place = RecordedDecisions.Place(
                        stream: segment.stream,
                        segment: segment.number,
                        sequence: frame.sequence
                    )
                    guard let context = known?.context else {
                        let number = decisions.head.context.rawValue
                        walked.add(Self.lost(place, "its context \(number) is missing"))
                        break
                    }
                    if let fault = context.fault(of: decisions) {
                        walked.add(Self.lost(place, fault))
                        break
                    }
                    let meant = RecordedDecisions(
                        place: place,
                        context: context,
                        frame: decisions,
                        rows: filter.rows(decisions, context.content)
                    )
                    guard meant.rowCount > 0 else { break }
                    walked.rowCount += meant.rowCount
                    do {
                        goesOn = try body(meant)
                    } catch {
                        failure = error
                        goesOn = false
                    }
                default: break
                }
                return goesOn
            }
        } catch {
            walked.add("\(error)")
        }
        result = walked
        if let failure { throw failure }
        return goesOn
    }

    private static func lost(_ place: RecordedDecisions.Place, _ fault: String) -> String {
        "frame \(place.sequence) of segment \(place.segment) of \(place.stream) cannot be read: "
            + fault
    }
}

/// The contexts of a segment so far.
private struct KnownContexts {
    struct Known {
        let number: ContextNumber
        let context: RecordedContext
        /// Whether decisions of it can be meant.
        let isMeant: Bool
    }

    private var all: [ContextNumber: Known] = [:]
    /// The one that was found last: most decisions are of the same one as those before.
    private var last: Known?

    mutating func add(_ number: ContextNumber, _ content: DecisionContext, isMeant: Bool) {
        all[number] = Known(number: number, context: RecordedContext(content), isMeant: isMeant)
        last = nil
    }

    mutating func find(_ number: ContextNumber) -> Known? {
        if let last, last.number == number { return last }
        last = all[number]
        return last
    }
}
