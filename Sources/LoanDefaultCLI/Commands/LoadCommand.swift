// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
internal import LoanLoad
internal import LoanRPC
internal import NIOPosix

/// `loan-default load`.
struct LoadCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Offer load to a server and measure how it answers.",
        discussion: """
            Rows are generated: applications, or random values of the features of the
            model that the server has under the name. Latencies are counted from when a
            call should have been made, so that a stalled server does not hide its own
            delays.

            Examples:
              loan-default load --local-model-path models --preprocessor-path data
              loan-default load --arrivals poisson --rate 20000 --duration 30 \\
                  --json report.json
              loan-default load --batch-size 10000 --prepared --in-flight 2 --check storage
              loan-default load --target http --connections 32 --check storage \\
                  --local-model-path models --preprocessor-path data
              loan-default load --target http --model-name mine
              loan-default load --target grpc --model-name mine --in-flight 32
              loan-default load --tls-ca ca.pem --token-file token --model-name risk
              loan-default load --sweep --p99 2 --rate 1000 --svg curve.svg

            Answers that cannot be true are errors: another number of rows, a probability
            that is not in [0, 1], a label that is not that of its probability. --check
            compares every bit.

            Exit codes: 0 all answers arrived and are right, 1 there were errors or wrong
            answers.
            """
    )

    /// What is measured.
    enum Interface: String, ExpressibleByArgument, CaseIterable { case rpc, grpc, http }
    /// When calls are made.
    enum Pace: String, ExpressibleByArgument, CaseIterable { case closed, constant, poisson }

    @Option(
        name: [.long, .customLong("interface")],
        help: "What to call: rpc, grpc or http."
    )
    var target = Interface.rpc

    @Option(help: "Address of the server.")
    var host = "127.0.0.1"

    @Option(help: "Port of the binary RPC.")
    var rpcPort = 5001

    @Option(help: "Port of the JSON calls and of gRPC.")
    var httpPort = 5000

    @Option(help: "Name of the model.")
    var modelName = "model.joblib"

    @Option(
        help:
            "Folder or file of the model on the server, where it is loaded from; none asks by name."
    )
    var localModelPath: String?

    @Option(help: "Folder of preprocessor.sav on the server, for a model stored without its own.")
    var preprocessorPath: String?

    @Option(help: "When calls are made: closed (one ends, the next begins), constant or poisson.")
    var arrivals = Pace.closed

    @Option(help: "Calls a second, for constant and poisson; of a sweep, the first.")
    var rate: Double?

    @Option(help: "Connections (1 to 10,000).")
    var connections = 4

    @Option(help: "Calls of one connection under way at once (1 to 1,024; HTTP has one).")
    var inFlight = 16

    @Option(help: "Applications in each call (1 to 65,536).")
    var batchSize = 1

    @Flag(help: "Send the prepared matrix instead of raw columns.")
    var prepared = false

    @Option(help: "Seconds that are measured.")
    var duration = 10.0

    @Option(help: "Seconds before that.")
    var warmUp = 1.0

    @Option(help: "Seed of applications and arrivals.")
    var seed: UInt64 = 1

    @Option(help: "File whose one line is the token to show.")
    var tokenFile: String?

    @OptionGroup(title: "TLS")
    var tls: ClientTLSOptions

    @Option(help: "Verify every answer against the same model under this storage root.")
    var check: String?

    @Option(help: "Write the report as JSON to this file.")
    var json: String?

    @Flag(help: "Find the highest rate within --p99.")
    var sweep = false

    @Option(help: "Bound of a sweep on the 99th percentile, in milliseconds.")
    var p99 = 5.0

    @Option(help: "Draw the curve of a sweep to this file.")
    var svg: String?

    func validate() throws {
        try require("connections", connections, in: 1...10_000)
        try require("in-flight", inFlight, in: 1...1_024)
        try require("batch-size", batchSize, in: 1...65_536)
        try require("rpc-port", rpcPort, in: 1...65_535)
        try require("http-port", httpPort, in: 1...65_535)
        try require("duration", duration, in: 0.1...86_400)
        try require("warm-up", warmUp, in: 0...3_600)
        try require("p99", p99, in: 0.001...60_000)
        if let rate { try require("rate", rate, in: 0.01...10_000_000) }
        guard arrivals == .closed || rate != nil else {
            throw ValidationError("--arrivals \(arrivals.rawValue) needs --rate")
        }
        guard !sweep || rate != nil else { throw ValidationError("--sweep needs --rate") }
        guard svg == nil || sweep else { throw ValidationError("--svg needs --sweep") }
        guard target != .http || !prepared else {
            throw ValidationError("--prepared needs --target rpc or grpc")
        }
        guard check == nil || localModelPath != nil else {
            throw ValidationError("--check needs --local-model-path")
        }
        guard preprocessorPath == nil || localModelPath != nil else {
            throw ValidationError("--preprocessor-path needs --local-model-path")
        }
    }

    func run() async throws {
        do {
            let files = try ResultFiles(json: json, svg: svg)
            let load = try await LoadPlan(self).configuration()
            let hasFailed =
                sweep ? try await runSweep(load, files) : try await runOnce(load, files)
            if hasFailed { throw CommandFailure.failed("there were errors or wrong answers") }
        } catch let error as OutputFileError {
            throw CommandFailure.failed("\(error)")
        } catch let status as RPCStatus {
            throw CommandFailure.failed("\(status)")
        } catch let failure as CommandFailure {
            throw failure
        } catch let failure as HTTPQuestion.Failure {
            throw CommandFailure.failed("\(host): \(failure)")
        } catch {
            throw CommandFailure.failed("\(host): \(NetworkFailure.sentence(error))")
        }
    }

    /// Returns whether anything went wrong.
    private func runOnce(_ load: LoadConfiguration, _ files: ResultFiles) async throws -> Bool {
        let report = try await measure(load, title: "load")
        print(report.table)
        try files.write(report)
        return !report.errors.isEmpty || report.wrongAnswers > 0
    }

    private func runSweep(_ load: LoadConfiguration, _ files: ResultFiles) async throws -> Bool {
        let search = LoadSweep(p99Bound: p99, firstRate: rate ?? 1)
        let result = try await search.run { rate in
            var step = load
            step.arrivals = arrivals == .constant ? .constant(rate: rate) : .poisson(rate: rate)
            return try await measure(step, title: "\(Int(rate)) calls/s")
        }
        for point in result.points {
            print(
                "\(Int(point.rate)) calls/s: p99 \(point.report.latency.p99) ms, "
                    + (point.isWithinBound ? "within \(p99) ms" : "beyond the bound")
            )
        }
        guard let highest = result.highestRate else {
            throw CommandFailure.failed("no rate keeps the 99th percentile within \(p99) ms")
        }
        print("highest rate: \(Int(highest)) calls/s")
        try files.write(result)
        try files.draw(result.svg)
        return false
    }

    private func measure(_ load: LoadConfiguration, title: String) async throws -> LoadReport {
        let line = ProgressLine()
        let total = duration
        return try await LoadGenerator(group: MultiThreadedEventLoopGroup.singleton).run(load) {
            let seconds = $0.elapsed / .seconds(1)
            line.show(
                title,
                share: seconds / total,
                detail: "\(Int($0.callsPerSecond)) calls/s, \($0.errors) errors"
            )
        }
    }

    private func require<Value: Comparable>(
        _ option: String,
        _ value: Value,
        in range: ClosedRange<Value>
    ) throws {
        guard range.contains(value) else {
            throw ValidationError(
                "--\(option) is \(value); it must lie from \(range.lowerBound) to "
                    + "\(range.upperBound)"
            )
        }
    }
}

/// The files of a measurement, opened before it: an hour of load is not lost for want of a place.
private struct ResultFiles {
    private let json: OutputFile?
    private let svg: OutputFile?

    init(json: String?, svg: String?) throws {
        self.json = try json.map { try OutputFile($0) }
        self.svg = try svg.map { try OutputFile($0) }
    }

    func write(_ value: some Encodable) throws {
        guard let json else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        try json.write(Array(encoder.encode(value)))
        try json.finish()
    }

    func draw(_ curve: String) throws {
        guard let svg else { return }
        try svg.write(Array(curve.utf8))
        try svg.finish()
    }
}
