// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Foundation
internal import LoanServer
internal import LoanService

/// The options that every working command has.
struct WorkOptions: ParsableArguments {
    @Option(help: "Folder that all local paths must stay under (default: any).")
    var storageRoot = "/"

    @Option(help: "Threads to use (default: what the machine grants).")
    var threads: Int?

    /// Runs `body` with a service and turns its errors into one line.
    func run<Result: Sendable>(
        _ body: @Sendable (LoanService) async throws(ServiceError) -> Result
    ) async throws -> Result {
        let service = try service()
        do {
            return try await body(service)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func service() throws -> LoanService {
        if let threads, !(1...1024).contains(threads) {
            throw CommandFailure.usage("--threads is \(threads); it must lie from 1 to 1024")
        }
        return try .forCommand(storageRoot: storageRoot, threads: threads)
    }

    /// A file or folder as the service takes it: with the root "/", any path of this machine,
    /// made absolute and free of links, which the service does not follow.
    func location(_ path: String) -> StorageLocation {
        guard storageRoot == "/" else { return .local(path: path) }
        let absolute = URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath()
        return .local(path: absolute.path)
    }
}

extension CommandFailure {
    /// A service error in the words of the command line: fields become options.
    init(_ error: ServiceError) {
        switch error {
        case .invalid(let problems):
            self = .usage(problems.map(Self.line).joined(separator: "; "))
        case .notFound(let problem), .tooLarge(let problem), .forbidden(let problem),
            .conflict(let problem), .dataLoss(let problem):
            self = .failed(Self.line(problem))
        case .busy(let message, _), .unavailable(let message, _), .outOfSpace(let message),
            .deadlineExceeded(let message):
            self = .failed(message)
        case .cancelled, .fault: self = .failed(error.sentence)
        }
    }

    private static func line(_ problem: FieldProblem) -> String {
        let location = problem.named.location
        guard case .name(let field) = location.first else { return problem.message }
        let option = "--" + field.map { $0 == "_" ? "-" : String($0) }.joined()
        let inner = location.dropFirst().compactMap { step in
            switch step {
            // Every input has the name of its field here.
            case .input: nil as String?
            case .name(let name): name
            case .index(let index): "\(index)"
            }
        }
        return "\(([option] + inner).joined(separator: " ")): \(problem.message)"
    }
}
