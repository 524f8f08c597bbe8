// SPDX-License-Identifier: Apache-2.0

internal import Logging

/// Setting a second model against one that serves, and taking it away again.
extension LoanService {
    /// Sets the challenger of a name, here and on the servers that share this one's names. A
    /// challenger that is not served so far is brought into service under its name.
    /// - Throws: `.notFound` for names that have no model; `.conflict` where the two models do not
    ///   go together; what keeps the list from being written. Then nothing has changed.
    package func setChallenger(
        _ setup: ChallengerSetup,
        of champion: String
    ) async throws(ServiceError) -> ChallengerReport {
        let model = try served.model(champion)
        let (challenger, isNew, served) = try await challenger(setup.model, of: champion)
        do throws(ServiceError) {
            do throws(ChallengerMismatch) {
                try model.check(challenger, as: setup.mode)
            } catch {
                throw .conflict(
                    FieldProblem(
                        location: [.name("model")],
                        message: "\(setup.model) cannot be the challenger of \(champion): \(error)",
                        kind: .conflict
                    )
                )
            }
            try await sharedChallengers.set(setup, of: champion)
        } catch {
            // What was brought into service for this alone goes out again.
            if isNew { _ = try? await unload(setup.model) }
            throw error
        }
        logger.notice(
            "challenger set",
            metadata: [
                LogKey.modelName: "\(champion)", LogKey.challenger: "\(setup.model)",
                LogKey.operation: "\(setup.mode.rawValue)",
            ]
        )
        var report = report(of: champion)
        report.warnings = served
        if !sharedChallengers.isShared {
            report.warnings.append(
                "this server shares no folder with others: the challenger is that of this process, "
                    + "and ends with it"
            )
        }
        return report
    }

    /// The challenger of a name, and what is counted of it here.
    /// - Throws: `.notFound` for a name that was never given and has no challenger.
    package func challenger(of champion: String) throws(ServiceError) -> ChallengerReport {
        if challengers.challenge(of: champion) == nil { _ = try served.status(of: champion) }
        return report(of: champion)
    }

    /// Takes the challenger of a name away: the champion answers all calls from here on.
    /// - Returns: whether there was one, and what did not succeed after it was gone here.
    /// - Throws: `.notFound` for a name that was never given and has no challenger.
    package func removeChallenger(
        of champion: String
    ) async throws(ServiceError) -> (wasThere: Bool, warnings: [String]) {
        let (wasThere, warning) = await sharedChallengers.remove(of: champion)
        if !wasThere { _ = try served.status(of: champion) }
        if wasThere {
            logger.notice(
                "challenger taken away",
                metadata: [LogKey.modelName: "\(champion)"]
            )
        }
        let warnings = warning.map { [$0] } ?? []
        log(warnings, after: "challenger", of: champion)
        return (wasThere, warnings)
    }

    /// Follows the challengers that other servers set, until the task is cancelled.
    func keepChallengersKnown() async { await sharedChallengers.keepKnown() }

    /// The model of a challenger; loaded where it is not served so far.
    /// - Returns: the model, whether it is in service for this alone, and what did not succeed.
    private func challenger(
        _ name: String,
        of champion: String
    ) async throws(ServiceError) -> (model: ServedModel, isNew: Bool, warnings: [String]) {
        if let model = try? served.model(name) { return (model, false, []) }
        if try await find(name), let model = try? served.model(name) { return (model, false, []) }
        // Another generation of a served model, or another model of the champion's folder.
        let place: ModelReference
        do throws(ServiceError) {
            place = try self.place(ofServed: name)
        } catch {
            place = try self.place(ofServed: champion)
        }
        do throws(ServiceError) {
            let (model, warnings) = try await serve(
                ModelReference(
                    model: place.model,
                    name: name,
                    preprocessor: place.preprocessor,
                    iterations: place.iterations
                )
            )
            return (model, true, warnings)
        } catch .notFound {
            throw .notFound(
                FieldProblem(
                    location: [.name("model")],
                    message: "no model \(name) is served, and none lies where \(champion) does: "
                        + "load it first",
                    kind: .notFound
                )
            )
        }
    }

    private func report(of champion: String) -> ChallengerReport {
        let challenge = challengers.challenge(of: champion)
        let version = { [served] (name: String) in (try? served.model(name))?.version }
        return ChallengerReport(
            champion: champion,
            championVersion: version(champion),
            challenge: challenge,
            challengerVersion: challenge.flatMap { version($0.setup.model) },
            obstacle: challenge.flatMap { challengers.obstacle($0) }
        )
    }
}
