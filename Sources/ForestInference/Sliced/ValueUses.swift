// SPDX-License-Identifier: Apache-2.0

/// Something for each value of a program: operation results, then conditions (-1, -2, ...).
struct ValueMap<Entry> {
    private var entries: [Entry?]
    private let operationCount: Int

    init(_ operationCount: Int, _ conditionCount: Int) {
        self.operationCount = operationCount
        entries = [Entry?](repeating: nil, count: operationCount + conditionCount)
    }

    private func index(_ value: Int32) -> Int {
        value >= 0 ? Int(value) : operationCount - 1 - Int(value)
    }

    subscript(value: Int32) -> Entry? {
        get { entries[index(value)] }
        set { entries[index(value)] = newValue }
    }
}

/// When each value of a program is read.
struct ValueUses {
    /// For every read, in the order of the program, when the same value is read next.
    private var later: [Int32] = []
    /// The next read of each value: its time, and its place in `later`.
    private var nextRead: ValueMap<(time: Int32, place: Int)>

    init(_ program: PlaneProgram, conditionCount: Int) {
        nextRead = ValueMap(program.operations.count, conditionCount)
        var reads: [(value: Int32, time: Int32)] = []
        reads.reserveCapacity(3 * program.operations.count + PlaneProgram.planesMax)
        for (index, operation) in program.operations.enumerated() {
            for position in 0..<operation.operandCount {
                reads.append((operation.operands[position], Int32(index)))
            }
        }
        for (bit, plane) in program.planes.enumerated() where plane.isValue {
            reads.append((plane.value, Int32(program.operations.count + bit)))
        }
        times = reads.map(\.time)
        later = [Int32](repeating: -1, count: reads.count)
        for place in reads.indices.reversed() {
            let value = reads[place].value
            later[place] = nextRead[value].map { Int32($0.place) } ?? -1
            nextRead[value] = (reads[place].time, place)
        }
    }

    private let times: [Int32]

    /// The next reader of `value`, or `Int32.max`.
    func next(of value: Int32) -> Int32 {
        nextRead[value]?.time ?? .max
    }

    /// Steps behind the current reader.
    mutating func advance(_ value: Int32) {
        guard let read = nextRead[value] else { return }
        let place = Int(later[read.place])
        nextRead[value] = place < 0 ? nil : (times[place], place)
    }
}
