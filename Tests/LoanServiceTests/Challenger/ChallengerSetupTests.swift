// SPDX-License-Identifier: Apache-2.0

import LoanService
import Testing

/// What a challenger may be asked to do.
@Suite struct ChallengerSetupTests {
    private func setup(
        _ model: String = "other",
        _ mode: ChallengerSetup.Mode = .canary,
        share: Double? = 0.5,
        salt: String? = nil
    ) throws(ServiceError) -> ChallengerSetup {
        try ChallengerSetup(model: model, mode: mode, share: share, salt: salt, of: "champion")
    }

    @Test func aShadowTakesAllCallsAndTheSaltIsTheNameOfTheChampion() throws {
        let shadow = try setup("other", .shadow, share: nil)
        #expect(shadow.share == 1)
        #expect(shadow.salt == "champion")
        #expect(try setup("other@20261124T005500Z-1f2e3d4c").share == 0.5)
    }

    @Test func bothEdgesOfShareAndSaltHold() throws {
        #expect(try setup(share: 1).share == 1)
        #expect(try setup(share: .leastNonzeroMagnitude).share > 0)
        let longest = String(repeating: "s", count: ChallengerLimits.saltBytesMax)
        #expect(try setup(salt: longest).salt == longest)
        for share in [0, -0.1, 1.0.nextUp, .nan, .infinity] {
            #expect(throws: ServiceError.self, "\(share)") { try setup(share: share) }
        }
        for salt in ["", longest + "s", "a\nb", "\u{7f}", "é"] {
            #expect(throws: ServiceError.self, "\(salt)") { try setup(salt: salt) }
        }
    }

    @Test func everyFieldThatIsNotRightHasASentence() throws {
        let error = #expect(throws: ServiceError.self) {
            try setup("../x", share: nil, salt: "\n")
        }
        guard case .invalid(let problems)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problems.map(\.location) == [[.name("model")], [.name("share")], [.name("salt")]])
    }

    @Test func aModelIsNotTheChallengerOfItself() throws {
        let error = #expect(throws: ServiceError.self) { try setup("champion") }
        guard case .conflict? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }
}
