// SPDX-License-Identifier: Apache-2.0

internal import ForestInference
internal import Synchronization

/// What contributions read, made when they are first asked for: most models never are.
final class ContributionTables: Sendable {
    private let made = Mutex<Result<ForestContributions, ContributionError>?>(nil)

    /// Tables that are not made yet.
    init() {}

    /// The tables of `forest`, made by the first caller while others wait.
    func tables(of forest: CompiledForest) throws(ContributionError) -> ForestContributions {
        let result = made.withLock { made in
            if let made { return made }
            let result: Result<ForestContributions, ContributionError>
            do throws(ContributionError) {
                result = .success(try ForestContributions(forest))
            } catch {
                result = .failure(error)
            }
            made = result
            return result
        }
        return try result.get()
    }

    /// Bytes of the tables; 0 while they are not made.
    var byteCount: Int {
        made.withLock { made in
            guard case .success(let tables)? = made else { return 0 }
            return tables.byteCount
        }
    }
}
