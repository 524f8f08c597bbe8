// SPDX-License-Identifier: Apache-2.0

import LoanServer
import LoanService
import Testing

/// Which models of a folder are to be loaded from one look at it to the next.
@Suite struct ModelFolderRoundTests {
    private let start = ContinuousClock.now
    private let refusal = ServiceError.unavailable(message: "storage is away", retryAfterSeconds: 1)

    private func listed(_ name: String, tag: String = "1") -> ListedModel {
        ListedModel(
            reference: ModelReference(
                model: .local(path: "brought/\(name).json"),
                name: name,
                preprocessor: nil
            ),
            path: "\(name).json",
            tag: tag
        )
    }

    private func look(
        _ round: inout ModelFolderRound,
        _ models: [ListedModel],
        at time: Duration = .zero,
        failing: Set<String> = []
    ) -> (due: [String], gone: [String]) {
        let (due, gone) = round.begin(models, now: start + time)
        for model in due {
            let fails = failing.contains(model.reference.name)
            round.end(model, fails ? refusal : nil, now: start + time)
        }
        return (due.map(\.reference.name), gone.map(\.reference.name))
    }

    @Test func eachModelIsLoadedOnceUntilItsFileChanges() {
        var round = ModelFolderRound()
        #expect(look(&round, [listed("a"), listed("b")]).due == ["a", "b"])
        #expect(look(&round, [listed("a"), listed("b")]).due.isEmpty)
        #expect(look(&round, [listed("a"), listed("b", tag: "2"), listed("c")]).due == ["b", "c"])
    }

    @Test func whatHasGoneIsSaidOnceAndLoadedAgainWhenItComesBack() {
        var round = ModelFolderRound()
        _ = look(&round, [listed("a"), listed("b")])
        #expect(look(&round, [listed("b")]).gone == ["a"])
        #expect(look(&round, [listed("b")]).gone.isEmpty)
        #expect(look(&round, [listed("a"), listed("b")]).due == ["a"])
    }

    @Test func whatDoesNotLoadIsTriedAgainAfterAPauseOrWhenItsFileChanges() {
        var round = ModelFolderRound()
        _ = look(&round, [listed("a")], failing: ["a"])
        let pause = ModelFolderRound.retryPause
        #expect(look(&round, [listed("a")], at: pause - .milliseconds(1)).due.isEmpty)
        #expect(look(&round, [listed("a")], at: pause, failing: ["a"]).due == ["a"])
        #expect(look(&round, [listed("a", tag: "2")], at: pause).due == ["a"])
        #expect(look(&round, [listed("a", tag: "2")], at: pause * 9).due.isEmpty)
    }

    @Test func oneModelThatLoadsIsEnoughForTraffic() {
        var round = ModelFolderRound()
        #expect(round.obstacle == nil)
        _ = look(&round, [listed("a"), listed("b")], failing: ["a", "b"])
        #expect(
            round.obstacle
                == "a does not load: storage is away; b does not load: storage is away"
        )
        _ = look(&round, [listed("a", tag: "2"), listed("b")])
        #expect(round.obstacle == nil)
    }

    @Test func aReasonIsReportedWhileItIsNew() {
        var round = ModelFolderRound()
        #expect(!round.hasListed)
        let reasons = ["away", "away", "forbidden"].map { round.failed($0) }
        #expect(reasons == [true, false, true])
        let listings = [[:], ["a": "two files"], ["a": "two files"]].map {
            round.listed(problems: $0)
        }
        #expect(listings == [false, true, false])
        #expect(round.hasListed)
        let again = round.failed("forbidden")
        #expect(again)
    }
}
