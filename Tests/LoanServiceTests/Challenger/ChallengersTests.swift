// SPDX-License-Identifier: Apache-2.0

import LoanModel
import LoanService
import Observability
import TestSupport
import Testing

/// Setting challengers on one server and on several.
@Suite struct ChallengersTests {
    private typealias Fleet = ChallengerFleet

    @Test func aChallengerOfTheChampionsFolderIsBroughtIntoServiceAndServesNoCallsOfOthers()
        async throws
    {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        let report = try await service.setChallenger(Fleet.setup(.shadow), of: Fleet.champion)
        #expect(report.warnings == [])
        #expect(report.obstacle == nil)
        #expect(service.served.names == [Fleet.challenger, Fleet.champion])
        #expect(service.challengers.isShadowing)
        #expect(!service.challengers.hasCanaries)
        let removed = try await service.removeChallenger(of: Fleet.champion)
        #expect(removed.wasThere)
        #expect(removed.warnings == [])
        #expect(!service.challengers.isShadowing)
        #expect(try await !service.removeChallenger(of: Fleet.champion).wasThere)
        #expect(try service.challenger(of: Fleet.champion).challenge == nil)
    }

    @Test func namesWithoutAModelAreNotFound() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        let absent = await failure { () async throws(ServiceError) in
            try await service.setChallenger(
                ChallengerSetup(model: "absent", mode: .shadow, of: Fleet.champion),
                of: Fleet.champion
            )
        }
        guard case .notFound(let problem)? = absent else {
            Issue.record("\(String(describing: absent))")
            return
        }
        #expect(problem.location == [.name("model")])
        let nobody = await failure { () async throws(ServiceError) in
            try await service.setChallenger(
                ChallengerSetup(model: Fleet.challenger, mode: .shadow, of: "nobody"),
                of: "nobody"
            )
        }
        guard case .notFound? = nobody else {
            Issue.record("\(String(describing: nobody))")
            return
        }
        #expect(throws: ServiceError.self) { try service.challenger(of: "nobody") }
        #expect(service.served.names == [Fleet.champion])
    }

    @Test func aModelOverOtherFeaturesIsRefusedAndGoesOutOfServiceAgain() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        let text = ModelText([.stump(0, below: 1, (-1, 1))], featureCount: 2).json
        try fleet.folder.write("models/numbers.json", Array(text.utf8))
        let error = await failure { () async throws(ServiceError) in
            try await service.setChallenger(
                ChallengerSetup(model: "numbers.json", mode: .shadow, of: Fleet.champion),
                of: Fleet.champion
            )
        }
        guard case .conflict? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(service.served.names == [Fleet.champion])
        #expect(!service.challengers.isShadowing)
    }

    @Test func otherServersFollowAndAStartBringsItBack() async throws {
        let fleet = try Fleet()
        let (first, second) = (try await fleet.serving(), try await fleet.serving())
        let fresh = Task { await second.keepModelsFresh() }
        defer { fresh.cancel() }
        _ = try await first.setChallenger(Fleet.setup(.canary, share: 0.5), of: Fleet.champion)
        try await eventually {
            second.challengers.hasCanaries && second.served.names.contains(Fleet.challenger)
        }
        // The same id has the same model on both.
        let (here, there) = (
            try first.served.model(Fleet.champion), try second.served.model(Fleet.champion)
        )
        for number in 0..<200 {
            let id = CallID(given: "call-\(number)", number: 0)
            let names = [(first, here), (second, there)].map { service, champion in
                service.challengers.answering(champion, name: Fleet.champion) { id }.name
            }
            #expect(names[0] == names[1])
        }
        let third = try await fleet.serving()
        let started = Task { await third.keepModelsFresh() }
        defer { started.cancel() }
        try await eventually { third.challengers.hasCanaries }
        _ = try await second.removeChallenger(of: Fleet.champion)
        #expect(!second.challengers.hasCanaries)
        try await eventually { !third.challengers.hasCanaries }
    }

    @Test func aServerThatSharesNothingSaysSo() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving(shares: false)
        let report = try await service.setChallenger(Fleet.setup(.shadow), of: Fleet.champion)
        #expect(report.warnings.count == 1)
        #expect(service.challengers.isShadowing)
        #expect(try await service.removeChallenger(of: Fleet.champion).wasThere)
    }

    @Test func aListThatCannotBeReadIsNeitherFollowedNorOverwritten() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        let damaged = Array(#"{"format":2,"challengers":{}}"#.utf8)
        try fleet.folder.write(Fleet.list, damaged)
        let error = await failure { () async throws(ServiceError) in
            try await service.setChallenger(
                ChallengerSetup(model: Fleet.challenger, mode: .shadow, of: Fleet.champion),
                of: Fleet.champion
            )
        }
        guard case .dataLoss? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(!service.challengers.isShadowing)
        #expect(try fleet.folder.read(Fleet.list) == damaged)
        let result = try await service.removeChallenger(of: Fleet.champion)
        #expect(result.warnings.count == 1)
    }

    /// The way back works while storage does not.
    @Test func aChallengerThatCannotBeTakenOffTheListIsGoneHere() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        let fresh = Task { await service.keepModelsFresh() }
        defer { fresh.cancel() }
        _ = try await service.setChallenger(
            Fleet.setup(.canary, share: 1),
            of: Fleet.champion
        )
        try fleet.folder.write(Fleet.list, Array("{".utf8))
        let result = try await service.removeChallenger(of: Fleet.champion)
        #expect(result.wasThere)
        #expect(result.warnings.count == 1)
        #expect(!service.challengers.hasCanaries)
        try await Task.sleep(for: .milliseconds(150))
        #expect(!service.challengers.hasCanaries)
    }

    @Test func aCanaryAnswersItsShareAndTheChampionTheRest() async throws {
        let fleet = try Fleet()
        let registry = MetricsRegistry(ChallengerMetrics.descriptions)
        let service = try await fleet.serving(metrics: registry)
        let setup = try Fleet.setup(.canary, share: 0.25)
        _ = try await service.setChallenger(setup, of: Fleet.champion)
        let champion = try service.served.model(Fleet.champion)
        let challenger = try service.served.model(Fleet.challenger)
        var taken = 0
        for number in 0..<400 {
            let id = CallID(given: "call-\(number)", number: 0)
            let answer = service.challengers.answering(champion, name: Fleet.champion) { id }
            let isChosen = CanaryChoice.takes(id, salt: setup.salt, share: setup.share)
            #expect(answer.model === (isChosen ? challenger : champion))
            #expect(answer.name == (isChosen ? Fleet.challenger : Fleet.champion))
            taken += isChosen ? 1 : 0
        }
        #expect((60...140).contains(taken))
        let prepared = service.challengers.answering(
            champion,
            name: Fleet.champion,
            arePrepared: true
        ) { CallID(given: "call", number: 0) }
        #expect(prepared.model === champion)
        // The challenger's own callers are not routed.
        let own = service.challengers.answering(challenger, name: Fleet.challenger) {
            CallID(given: "call", number: 0)
        }
        #expect(own.model === challenger)
        let calls = try #require(service.challenger(of: Fleet.champion).challenge).calls
        #expect(calls.champion == 400 - taken)
        #expect(calls.challenger == taken)
        let line =
            "loan_default_challenger_calls_total{answered_by=\"challenger\","
            + "challenger=\"challenger\",model=\"champion\"} \(taken)"
        #expect(registry.text.contains(line), "\(registry.text)")
    }

    @Test func aChallengerOutOfServiceLeavesAllCallsToTheChampion() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        _ = try await service.setChallenger(Fleet.setup(.canary, share: 1), of: Fleet.champion)
        _ = try await service.unload(Fleet.challenger)
        let champion = try service.served.model(Fleet.champion)
        let answer = service.challengers.answering(champion, name: Fleet.champion) {
            CallID(given: "call", number: 0)
        }
        #expect(answer.model === champion)
        let report = try service.challenger(of: Fleet.champion)
        #expect(report.obstacle?.contains(Fleet.challenger) == true)
        #expect(report.challenge?.passedOverCount(.unserved) == 1)
    }

    @Test func aModelOfAnotherPlaceUnderTheSameNameIsNotChallenged() async throws {
        let fleet = try Fleet()
        let service = try await fleet.serving()
        _ = try await service.setChallenger(Fleet.setup(.canary, share: 1), of: Fleet.champion)
        try fleet.folder.write("elsewhere/champion", TestModel.shared.get().xgboost)
        let model = try await service.model(fleet.place(Fleet.champion, in: "elsewhere"))
        let answer = service.challengers.answering(model, name: Fleet.champion) {
            CallID(given: "call", number: 0)
        }
        #expect(answer.model === model)
    }
}
