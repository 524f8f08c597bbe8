// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import Synchronization

/// What contributions read, made when they are first asked for: most models never are.
final class ContributionTables: Sendable {
    private let made = Mutex<Result<ForestContributions, ContributionError>?>(nil)
    // Read while others make the tables, which takes longer than a call may be kept waiting.
    private let bytes = Atomic(0)
    private let isDone = Atomic(false)

    /// Tables that are not made yet.
    init() {}

    /// Whether they are made, or known to be impossible.
    var isMade: Bool { isDone.load(ordering: .acquiring) }

    /// Bytes of the tables; 0 while they are not made. Never waits.
    var byteCount: Int { bytes.load(ordering: .relaxed) }

    /// The tables of `forest`, made by the first caller while others wait.
    func tables(of forest: CompiledForest) throws(ContributionError) -> ForestContributions {
        let result = made.withLock { made in
            if let made { return made }
            let result: Result<ForestContributions, ContributionError>
            do throws(ContributionError) {
                let tables = try ForestContributions(forest)
                bytes.store(tables.byteCount, ordering: .relaxed)
                result = .success(tables)
            } catch {
                result = .failure(error)
            }
            made = result
            isDone.store(true, ordering: .releasing)
            return result
        }
        return try result.get()
    }
}
