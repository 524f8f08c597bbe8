// SPDX-License-Identifier: Apache-2.0

internal import HTTPServer
internal import JSON
internal import LoanService
internal import ModelValidation

/// `GET /models/{model}/drift`: how far the rows that a model that has a name scores are from those
/// that it was trained on.
struct DriftRoutes {
    let service: LoanService

    func register(in router: inout HTTPRouter) {
        router.on(.get, "/models/{model}/drift", .shows(to: .predict, .error)) { call in
            .now(show(call))
        }
    }

    private func show(_ call: HTTPCall) -> HTTPAnswer {
        do throws(ProtocolError) {
            let window = try Self.window(call)
            let named = try NamedModel(call, service.served)
            let report = named.model.drift?.report(window)
            return .json(
                200,
                .object(
                    JSONObject(
                        [
                            ("name", .string(named.name)), ("version", .string(named.version)),
                            ("window", .string(window.rawValue)),
                        ] + Self.members(report)
                    )
                )
            )
        } catch {
            return error.answer
        }
    }

    /// The window that the query asks for; a day where it asks for none.
    private static func window(_ call: HTTPCall) throws(ProtocolError) -> DriftWindow {
        guard let text = call[query: "window"] else { return .day }
        guard let window = DriftWindow(rawValue: text) else {
            let known = DriftWindow.allCases.map(\.rawValue).joined(separator: ", ")
            throw .service(
                .invalid(
                    field: .window,
                    "is '\(text.excerpt)', and must be one of \(known)",
                    kind: .notAChoice
                )
            )
        }
        return window
    }

    private static func members(
        _ report: DriftReport?
    ) -> [(name: String, value: JSONValue)] {
        guard let report else {
            return [
                ("since", .null), ("from", .null),
                ("notes", .array([.string(DriftReport.unknown)])),
                ("score", .null), ("features", .array([])), ("unwatched", .array([])),
            ]
        }
        return [
            ("since", .integer(report.since)),
            ("from", .integer(report.from)),
            ("notes", .array(report.notes.map { .string($0) })),
            ("score", report.score.map { .object(JSONObject($0.members("psi"))) } ?? .null),
            (
                "features",
                .array(
                    report.features.map { feature in
                        let name = [(name: "name", value: JSONValue.string(feature.name))]
                        return .object(JSONObject(name + feature.members("csi")))
                    }
                )
            ),
            ("unwatched", .array(report.unwatched.map { .string($0) })),
        ]
    }
}

extension ColumnDrift {
    /// - Parameter index: what the index is called: of a feature it has a name of its own.
    fileprivate func members(_ index: String) -> [(name: String, value: JSONValue)] {
        [
            ("rows", .integer(actual)),
            ("training_rows", .integer(expected)),
            (index, stability.map { .real($0.index) } ?? .null),
            (index + "_by_chance", stability.map { .real($0.indexByChance) } ?? .null),
            ("p_value", stability.map { .real($0.pValue) } ?? .null),
            ("has_too_few_rows", .bool(hasTooFewRows)),
            ("missing", shares(.missing).map(Self.json) ?? .null),
            ("unseen", shares(.unseen).map(Self.json) ?? .null),
            ("bins", .array(bins.map(\.json))),
        ]
    }

    private static func json(_ shares: (actual: Double?, expected: Double?)) -> JSONValue {
        .members([
            "share": shares.actual.map { .real($0) } ?? .null,
            "training_share": shares.expected.map { .real($0) } ?? .null,
        ])
    }
}

extension DriftBin {
    /// What the bin is, as one member, and its rows.
    fileprivate var json: JSONValue {
        let what: (name: String, value: JSONValue) =
            switch content {
            // The digits that single precision has.
            case .upTo(let edge):
                ("up_to", edge.flatMap { Double("\($0)") }.map { .real($0) } ?? .null)
            case .category(let name): ("category", .string(name))
            case .others: ("others", .bool(true))
            case .missing: ("missing", .bool(true))
            case .unseen: ("unseen", .bool(true))
            }
        let rows: [(name: String, value: JSONValue)] = [
            ("rows", .integer(actual)), ("training_rows", .integer(expected)),
        ]
        return .object(JSONObject([what] + rows))
    }
}
