// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanRPC
internal import LoanService

extension ControlAdapter {
    func setChallenger(
        _ request: SetChallengerMessage
    ) async throws(RPCStatus) -> ChallengerResult {
        let champion = request.modelName
        guard let mode = request.mode.ofService else {
            return try await removeChallenger(request)
        }
        do throws(ServiceError) {
            let setup = try ChallengerSetup(
                model: request.challenger,
                mode: mode,
                share: request.share == 0 ? nil : request.share,
                salt: request.salt.isEmpty ? nil : request.salt,
                of: champion
            )
            // Another server may have the name.
            if (try? service.served.model(champion)) == nil { _ = try await service.find(champion) }
            return ChallengerResult(try await service.setChallenger(setup, of: champion))
        } catch {
            throw RPCStatus(error)
        }
    }

    private func removeChallenger(
        _ request: SetChallengerMessage
    ) async throws(RPCStatus) -> ChallengerResult {
        guard request.challenger.isEmpty, request.salt.isEmpty, request.share == 0 else {
            throw RPCStatus(
                .invalidArgument,
                "mode: must be SHADOW or CANARY where a challenger is set; NONE takes it away, "
                    + "and has no other fields"
            )
        }
        do throws(ServiceError) {
            let result = try await service.removeChallenger(of: request.modelName)
            var answer = ChallengerResult()
            answer.modelName = request.modelName
            answer.warnings = result.warnings
            return answer
        } catch {
            throw RPCStatus(error)
        }
    }

    func challenger(_ request: ChallengerMessage) async throws(RPCStatus) -> ChallengerResult {
        try await known(request.modelName) { (name) throws(ServiceError) in
            ChallengerResult(try service.challenger(of: name))
        }
    }
}

extension ChallengerMode {
    /// Nil where there is no challenger.
    fileprivate var ofService: ChallengerSetup.Mode? {
        switch self {
        case .none: nil
        case .shadow: .shadow
        case .canary: .canary
        }
    }

    fileprivate init(_ mode: ChallengerSetup.Mode) {
        self =
            switch mode {
            case .shadow: .shadow
            case .canary: .canary
            }
    }
}

extension ChallengerResult {
    fileprivate init(_ report: ChallengerReport) {
        self.init()
        modelName = report.champion
        figures = report.json.serialized
        warnings = report.warnings
        guard let setup = report.challenge?.setup else { return }
        mode = ChallengerMode(setup.mode)
        challenger = setup.model
        share = setup.share
        salt = setup.salt
    }
}
