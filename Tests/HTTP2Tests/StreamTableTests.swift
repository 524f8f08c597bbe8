// SPDX-License-Identifier: Apache-2.0

import HTTP2
import TestSupport
import Testing

@Suite struct StreamTableTests {
    /// - Parameter step: from number to number; 512 and more give all of them the same home.
    @Test(arguments: [2, 16, 512, 4096])
    func holdsWhatADictionaryHolds(step: Int32) {
        var random = SeededGenerator(seed: UInt64(step))
        var table = StreamTable<Int>()
        var dictionary: [Int32: Int] = [:]
        for turn in 0..<4000 {
            let stream = 1 + step * Int32.random(in: 0..<200, using: &random)
            // Filled and emptied by turns.
            if Int.random(in: 0..<4, using: &random) < (turn / 500 % 2 == 0 ? 3 : 1) {
                table.set(turn, for: stream)
                dictionary[stream] = turn
            } else {
                #expect(table.remove(stream) == dictionary.removeValue(forKey: stream))
            }
            #expect(table.count == dictionary.count)
            let asked = 1 + step * Int32.random(in: 0..<200, using: &random)
            #expect(table[asked] == dictionary[asked])
        }
        #expect(table.values.sorted() == dictionary.values.sorted())
        for (stream, value) in dictionary { #expect(table[stream] == value) }
        table.removeAll()
        #expect(table.count == 0)
        #expect(table.values.isEmpty)
    }
}
