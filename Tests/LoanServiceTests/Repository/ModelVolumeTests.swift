// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanService
import TestSupport
import Testing

/// Models in a volume as Kubernetes mounts ConfigMaps: files are links into a folder of the current
/// version, which a rename of `..data` replaces.
@Suite struct ModelVolumeTests {
    private let place = StorageLocation.local(path: "mount")

    private struct Volume {
        let folder: ServiceFolder

        private var path: String { folder.folder.url.appendingPathComponent("mount").path }

        /// Puts models of one feature into a version and makes it the current one.
        func publish(_ version: String, feature: String) throws {
            var text = ModelText([.stump(0, below: 10, (0.25, 1.5))], featureCount: 1)
            text.featureNames = [feature]
            for file in ["credit.json", "cards/model.json"] {
                try folder.write("mount/..\(version)/\(file)", text.bytes)
            }
            try link("..\(version)", from: "..data_tmp")
            #expect(rename("\(path)/..data_tmp", "\(path)/..data") == 0)
        }

        func link(_ target: String, from name: String) throws {
            try FileManager.default.createSymbolicLink(
                atPath: "\(path)/\(name)",
                withDestinationPath: target
            )
        }
    }

    private func withVolume(
        _ body: (Volume, LoanService) async throws -> Void
    ) async throws {
        let volume = Volume(folder: try ServiceFolder())
        try volume.publish("v1", feature: "debt")
        try volume.link("..data/credit.json", from: "credit.json")
        try volume.link("..data/cards", from: "cards")
        try await body(volume, try volume.folder.service())
    }

    @Test func theModelsOfAVolumeAreServedAndReplacedAsItChanges() async throws {
        try await withVolume { volume, service in
            let found = try await service.models(in: place)
            #expect(found.models.map(\.reference.name) == ["cards", "credit"])
            #expect(found.problems.isEmpty)
            for listed in found.models { try await service.serveHere(listed) }
            try volume.publish("v2", feature: "income")
            let changed = try await service.models(in: place).models
            #expect(changed.map(\.reference) == found.models.map(\.reference))
            #expect(zip(changed, found.models).allSatisfy { $0.tag != $1.tag })
            for listed in changed { try await service.serveHere(listed) }
            for name in ["cards", "credit"] {
                #expect(try service.served.model(name).features.map(\.name) == ["income"])
            }
        }
    }

    @Test(arguments: ["mount/credit.json", "mount/cards/model.json", "mount/cards"])
    func aFileOfAVolumeIsServedUnderAName(path: String) async throws {
        try await withVolume { volume, service in
            let reference = ModelReference(
                model: .local(path: path),
                name: "mine",
                preprocessor: nil,
                takesOnlyModel: true
            )
            #expect(try await service.served.load(reference).features.map(\.name) == ["debt"])
            try volume.publish("v2", feature: "income")
            #expect(try await service.served.load(reference).features.map(\.name) == ["income"])
        }
    }

    @Test func aLinkOutOfTheFolderIsNoModel() async throws {
        try await withVolume { volume, service in
            try volume.folder.write("secret.json", ModelText([.leaf(1)], featureCount: 1).bytes)
            try volume.link("../secret.json", from: "other.json")
            let found = try await service.models(in: place).models
            #expect(found.map(\.reference.name) == ["cards", "credit"])
            let reference = ModelReference(
                model: .local(path: "mount/other.json"),
                name: "mine",
                preprocessor: nil
            )
            let error = await failure { () throws(ServiceError) in
                try await service.served.load(reference)
            }
            guard case .invalid? = error else {
                Issue.record("\(String(describing: error))")
                return
            }
        }
    }
}
