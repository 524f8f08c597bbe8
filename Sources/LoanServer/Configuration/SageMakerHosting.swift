// SPDX-License-Identifier: Apache-2.0

package import Access

/// How a container of SageMaker is started: with `serve` as its only argument, the model in a
/// folder of fixed name, and a port of fixed number.
///
/// A process is such a container if it is said to be one, if SageMaker names the port to listen on,
/// or if the folder of models is there, which no other machine has. What the command line or its
/// variables set counts all the same.
/// Sources: SageMaker developer guide, "Custom Inference Code with Hosting Services" and "Use your
/// own inference code with an inference pipeline" (the variables of ports).
package struct SageMakerHosting: Sendable, Equatable {
    /// Why the process is taken for such a container.
    package enum Sign: String, Sendable {
        case option = "--sagemaker"
        case port = "SAGEMAKER_BIND_TO_PORT"
        case folder = "/opt/ml/model"
    }

    /// What shows it.
    package let sign: Sign
    /// The folder that SageMaker unpacks the model into.
    package let modelFolder: String
    /// The port of `/ping` and `/invocations`.
    package let port: Int
    /// Ports for RPC and for metrics; nil where SageMaker grants none.
    package let otherPorts: [Int]?

    private static let folderVariable = "SM_MODEL_DIR"
    private static let rangeVariable = "SAGEMAKER_SAFE_PORT_RANGE"
    private static let defaultPort = 8_080

    /// - Parameters:
    ///   - isAsked: whether the option is given.
    ///   - environment: the variables of the process.
    ///   - isFolder: whether a path is one of a folder.
    /// - Returns: nil for a process that is no such container.
    /// - Throws: `ConfigurationError` naming the variable whose ports are none.
    package init?(
        isAsked: Bool,
        environment: [String: String],
        isFolder: (String) -> Bool
    ) throws(ConfigurationError) {
        let named = environment[Sign.port.rawValue]
        if isAsked {
            sign = .option
        } else if named != nil {
            sign = .port
        } else if isFolder(Sign.folder.rawValue) {
            sign = .folder
        } else {
            return nil
        }
        modelFolder = environment[Self.folderVariable] ?? Sign.folder.rawValue
        port =
            try named.map { (text) throws(ConfigurationError) in
                try Self.port(text[...], text, of: Sign.port.rawValue)
            } ?? Self.defaultPort
        let port = port
        otherPorts = try environment[Self.rangeVariable].map { (text) throws(ConfigurationError) in
            try Self.ports(text, without: port)
        }
    }

    /// The first two ports of `FIRST-LAST`.
    private static func ports(
        _ text: String,
        without taken: Int
    ) throws(ConfigurationError) -> [Int] {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { throw unusable(text, rangeVariable, "FIRST-LAST") }
        let first = try port(ends[0], text, of: rangeVariable)
        let last = try port(ends[1], text, of: rangeVariable)
        let free = (first...max(first, last)).lazy.filter { $0 != taken && $0 <= last }.prefix(2)
        guard free.count == 2 else { throw unusable(text, rangeVariable, "two free ports") }
        return Array(free)
    }

    private static func port(
        _ digits: Substring,
        _ text: String,
        of variable: String
    ) throws(ConfigurationError) -> Int {
        guard let port = Int(digits), (1...65_535).contains(port) else {
            throw unusable(text, variable, "a port from 1 to 65535")
        }
        return port
    }

    private static func unusable(
        _ text: String,
        _ variable: String,
        _ wanted: String
    ) -> ConfigurationError {
        .unusable(option: "sagemaker", value: "", reason: "\(variable) is '\(text)', not \(wanted)")
    }
}
