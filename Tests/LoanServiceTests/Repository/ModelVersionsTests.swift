// SPDX-License-Identifier: Apache-2.0

import Dispatch
import Foundation
import LoanModel
import LoanService
import LoanTraining
import TestSupport
import Testing

@Suite struct ModelVersionsTests {
    /// A folder with one training of each count of rounds, the last one current, and a
    /// service on it.
    private func withTrained(
        _ rounds: [Int],
        _ body: (ServiceFolder, LoanService) async throws -> Void
    ) async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let service = try folder.service()
        for rounds in rounds {
            _ = try await service.train(ServiceFolder.trainRequest(rounds: rounds))
        }
        try await body(folder, service)
        #expect(try folder.names("data").contains("preprocessor.sav"))
    }

    private func versions(_ service: LoanService) async throws -> [ModelVersion] {
        try await service.versions(of: "model.joblib", in: ServiceFolder.models)
    }

    private func trees(_ name: String, _ service: LoanService) async throws -> Int {
        try await service.model(.named(name)).treeCount
    }

    @Test func everyTrainingIsAVersionOfWhichTheLastFiveAreKept() async throws {
        try await withTrained([1, 2, 3, 4, 5, 6]) { _, service in
            let versions = try await versions(service)
            #expect(versions.count == 5)
            #expect(versions.map(\.isCurrent) == [true, false, false, false, false])
            let names = versions.map(\.generation)
            #expect(names == names.sorted(by: >))
        }
    }

    @Test(arguments: ["brought/mine.json", "brought"])
    func aFileOfAnotherToolHasNoVersions(place: String) async throws {
        let folder = try ServiceFolder()
        try folder.write("brought/mine.json", ModelText([.leaf(1)], featureCount: 1).bytes)
        let service = try folder.service()
        let errors = [
            await failure { () throws(ServiceError) in
                _ = try await service.versions(of: "mine.json", in: .local(path: place))
            },
            await failure { () throws(ServiceError) in
                _ = try await service.rollBack("mine.json", in: .local(path: place))
            },
        ]
        for error in errors {
            guard case .notFound(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
            #expect(problem.message.contains("put its file in the same place"))
        }
    }

    @Test func aPinnedVersionIsReadWhateverIsCurrent() async throws {
        try await withTrained([2, 4]) { folder, service in
            let versions = try await versions(service)
            #expect(try await trees("model.joblib", service) == 4)
            #expect(try await trees("model.joblib@\(versions[1].generation)", service) == 2)
            let model = try await service.model(.named("model.joblib@\(versions[1].generation)"))
            #expect(model.version == versions[1].generation)
            // The data folder moves on: a pinned model keeps its own preprocessor.
            try await folder.prepare(seed: 9)
            let fresh = try folder.service()
            #expect(try await trees("model.joblib@\(versions[0].generation)", fresh) == 4)
        }
    }

    @Test func aRollbackIsOneCallAndBringsThePreprocessorBack() async throws {
        try await withTrained([2]) { folder, service in
            let before = try await service.model(.named("model.joblib"))
            let applications = try before.applications(
                csv: SampleApplications(rows: 50, seed: 8).csv()
            )
            let expected = before.probabilities(of: applications)
            try await folder.prepare(seed: 9)
            _ = try await service.train(ServiceFolder.trainRequest(rounds: 4))
            #expect(try await trees("model.joblib", service) == 4)
            let back = try await service.rollBack("model.joblib", in: ServiceFolder.models)
            #expect(back.generation == before.version)
            for service in [service, try folder.service()] {
                let model = try await service.model(.named("model.joblib"))
                #expect(model.version == back.generation)
                #expect(model.probabilities(of: applications) == expected)
            }
            // And forward again.
            let newest = try await versions(service)[0].generation
            _ = try await service.rollBack("model.joblib", in: ServiceFolder.models, to: newest)
            #expect(try await trees("model.joblib", service) == 4)
            #expect(try await versions(service).first { $0.isCurrent }?.generation == newest)
        }
    }

    @Test func aTrainingAfterARollbackIsCurrent() async throws {
        try await withTrained([2, 4]) { _, service in
            _ = try await service.rollBack("model.joblib", in: ServiceFolder.models)
            _ = try await service.train(ServiceFolder.trainRequest(rounds: 5))
            #expect(try await trees("model.joblib", service) == 5)
            #expect(try await versions(service).count == 3)
        }
    }

    @Test("a generation that is missing, that is the first one, and a model that is missing differ")
    func whatIsMissingIsSaid() async throws {
        try await withTrained([2]) { _, service in
            let gone = "20200101T000000Z-00000000"
            let current = try await versions(service)[0].generation
            func message(_ body: () async throws(ServiceError) -> some Any) async -> String? {
                guard case .notFound(let problem)? = await failure(of: body) else { return nil }
                return problem.message
            }
            let noGeneration = "model.joblib has no generation \(gone) here"
            let models = ServiceFolder.models
            for (asked, said) in [
                (
                    await message { () throws(ServiceError) in
                        try await service.rollBack("model.joblib", in: models)
                    }, "model.joblib has no generation before the current one, \(current)"
                ),
                (
                    await message { () throws(ServiceError) in
                        try await service.rollBack("model.joblib", in: models, to: gone)
                    }, noGeneration
                ),
                (
                    await message { () throws(ServiceError) in
                        try await service.versions(of: "model.joblib@\(gone)", in: models)
                    }, noGeneration
                ),
                (
                    await message { () throws(ServiceError) in
                        try await service.model(.named("model.joblib@\(gone)"))
                    }, noGeneration
                ),
                (
                    await message { () throws(ServiceError) in
                        try await service.rollBack("other", in: models)
                    }, "no training has stored a model other here"
                ),
                (
                    await message { () throws(ServiceError) in
                        try await service.versions(of: "other", in: models)
                    }, "no training has stored a model other here"
                ),
            ] {
                #expect(asked?.hasPrefix(said) == true, "\(asked ?? "nothing") for \(said)")
            }
        }
    }

    @Test func aNameThatPinsAGenerationNamesItForARollbackToo() async throws {
        try await withTrained([2, 4, 5]) { _, service in
            let all = try await versions(service).map(\.generation)
            let models = ServiceFolder.models
            let pinned = "model.joblib@\(all[2])"
            #expect(
                try await service.versions(of: pinned, in: models).map(\.generation) == [all[2]]
            )
            let both = await failure { () throws(ServiceError) in
                try await service.rollBack(pinned, in: models, to: all[1])
            }
            guard case .invalid(let problems)? = both else {
                Issue.record("\(String(describing: both))")
                return
            }
            #expect(problems.first?.message.contains(all[1]) == true)
            #expect(problems.first?.message.contains(all[2]) == true)
            #expect(try await versions(service)[0].isCurrent)
            #expect(try await service.model(.named("model.joblib")).treeCount == 5)
            let back = try await service.rollBack(pinned, in: models)
            #expect(back.generation == all[2])
            #expect(try await trees("model.joblib", service) == 2)
            let same = try await service.rollBack(
                "model.joblib@\(all[1])",
                in: models,
                to: all[1]
            )
            #expect(same.generation == all[1])
            #expect(try await trees("model.joblib", service) == 4)
        }
    }

    @Test func aGenerationThatLacksAnObjectIsNotMadeCurrent() async throws {
        try await withTrained([2, 4]) { folder, service in
            let all = try await versions(service).map(\.generation)
            let object = ".loan-default/models/model.joblib/objects/\(all[1]).model.joblib"
            try FileManager.default.removeItem(atPath: folder.folder.path("models/\(object)"))
            let error = await failure { () throws(ServiceError) in
                try await service.rollBack("model.joblib", in: ServiceFolder.models)
            }
            guard case .dataLoss(let problem)? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(problem.message.contains(all[1]))
            #expect(try await versions(service)[0].isCurrent)
        }
    }

    @Test func versionsThatAreNotThereAreNamed() async throws {
        try await withTrained([2]) { _, service in
            let gone = "20200101T000000Z-00000000"
            for error in [
                await failure { () throws(ServiceError) in
                    try await service.rollBack("model.joblib", in: ServiceFolder.models)
                },
                await failure { () throws(ServiceError) in
                    try await service.rollBack("model.joblib", in: ServiceFolder.models, to: gone)
                },
                await failure { () throws(ServiceError) in
                    try await service.model(.named("model.joblib@\(gone)"))
                },
                await failure { () throws(ServiceError) in
                    try await service.versions(of: "other", in: ServiceFolder.models)
                },
            ] {
                guard case .notFound? = error else {
                    Issue.record("\(String(describing: error))")
                    continue
                }
            }
        }
    }

    @Test(arguments: ["model.joblib@", "model.joblib@1", "@20200101T000000Z-00000000", "a@b@c"])
    func aMalformedVersionIsRefused(name: String) async throws {
        let service = try ServiceFolder().service()
        let error = await failure { () throws(ServiceError) in try await service.model(.named(name))
        }
        guard case .invalid? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("S13: the second of two racing trainers fails and changes nothing")
    func theSecondOfTwoRacingTrainersIsRefusedAndChangesNothing() async throws {
        let folder = try ServiceFolder()
        try await folder.prepare()
        let (slow, fast) = (try folder.service(), try folder.service())
        let (begun, finish) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let loser = Task { () -> ServiceError? in
            await failure { () throws(ServiceError) in
                try await slow.train(ServiceFolder.trainRequest(rounds: 2)) { progress in
                    if progress.round == 1 {
                        begun.signal()
                        finish.wait()
                    }
                    return true
                }
            }
        }
        await waitOnOwnThread(for: begun)
        _ = try await fast.train(ServiceFolder.trainRequest(rounds: 4))
        let files = try folder.files("models")
        finish.signal()
        guard case .conflict? = await loser.value else {
            Issue.record("\(String(describing: await loser.value))")
            return
        }
        #expect(try folder.files("models") == files)
        let served = try folder.service()
        #expect(try await trees("model.joblib", served) == 4)
    }
}
