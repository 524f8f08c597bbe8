// SPDX-License-Identifier: Apache-2.0

/// The pairs of the elements of two sorted lists, for several pairs of lists, in the order of their
/// sums: a merge with a heap (Knuth, "The Art of Computer Programming", volume 3, section 5.4.1),
/// so that the first pairs of many are had without the others.
struct PairOrder {
    /// One pair: the lists by their places, and the elements within them.
    struct Pair: Equatable {
        let lists: Int
        let first: Int
        let second: Int
        let size: Double

        /// Equal sums are in the order of the lists and of their elements.
        fileprivate static func < (left: Pair, right: Pair) -> Bool {
            (left.size, left.lists, left.first, left.second)
                < (right.size, right.lists, right.first, right.second)
        }
    }

    private let sizes: [(first: [Double], second: [Double])]
    private var heap: [Pair] = []

    /// - Parameter sizes: pairs of lists, each ascending.
    init(_ sizes: [(first: [Double], second: [Double])]) {
        self.sizes = sizes
        for lists in sizes.indices { push(lists, 0, 0) }
    }

    /// The next pair; nil where there is no other.
    mutating func next() -> Pair? {
        guard let least = heap.first else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        push(least.lists, least.first, least.second + 1)
        if least.second == 0 { push(least.lists, least.first + 1, 0) }
        return least
    }

    private mutating func push(_ lists: Int, _ first: Int, _ second: Int) {
        let (left, right) = sizes[lists]
        guard first < left.count, second < right.count else { return }
        let size = left[first] + right[second]
        heap.append(Pair(lists: lists, first: first, second: second, size: size))
        var place = heap.count - 1
        while place > 0, heap[place] < heap[(place - 1) / 2] {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    private mutating func sink() {
        var place = 0
        while true {
            let children = [2 * place + 1, 2 * place + 2].filter { $0 < heap.count }
            guard let least = children.min(by: { heap[$0] < heap[$1] }), heap[least] < heap[place]
            else { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
