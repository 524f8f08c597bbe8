// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite struct EnvironmentTests {
    private static let train = [
        "train", "--local-data-path", "/no/such", "--local-model-path", "/no/such",
        "--model-name", "m",
    ]

    @Test func aMisspeltVariableIsNamedWithTheNearestSetting() throws {
        let outcome = try Program.run(
            ["sample-data", "--output", "-"],
            environment: ["LOAN_DEFAULT_RWOS": "7", "LOAN_DEFAULT_ROWS": "3"]
        )
        #expect(outcome.status == 0)
        #expect(outcome.output.split(separator: "\n").count == 4)
        let line = try #require(outcome.errors.split(separator: "\n").first)
        #expect(line.contains("LOAN_DEFAULT_RWOS is not a setting"), "\(line)")
        #expect(line.hasSuffix("did you mean LOAN_DEFAULT_ROWS?"), "\(line)")
    }

    /// What was meant may be what protects the server: it must not start open.
    @Test(arguments: [
        ("LOAN_DEFAULT_TOKENS_FILE", "LOAN_DEFAULT_TOKEN_FILE"),
        ("LOAN_DEFAULT_TLS_CERTIFICAT", "LOAN_DEFAULT_TLS_CERTIFICATE"),
        ("LOAN_DEFAULT_HTPT_PORT", "LOAN_DEFAULT_HTTP_PORT"),
        ("LOAN_DEFAULT_http_port", "LOAN_DEFAULT_HTTP_PORT"),
        ("LOAN_DEFAULT_QQQQQQQQQQQQ", nil),
    ])
    func aServerDoesNotStartWithAMisspeltVariable(name: String, meant: String?) throws {
        let outcome = try Program.run(["serve"], environment: [name: "5000"])
        #expect(outcome.status == 2)
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("\(name) is not a setting of any command"))
        #expect(meant.map { outcome.errors.contains("did you mean \($0)?") } ?? true)
        #expect(meant != nil || outcome.errors.contains("--help"), "\(outcome.errors)")
    }

    /// What Kubernetes sets in every pod of a namespace with services called loan-default and
    /// loan-default-service.
    private static let serviceLinks = [
        "LOAN_DEFAULT_SERVICE_HOST": "10.0.0.11", "LOAN_DEFAULT_SERVICE_PORT": "5000",
        "LOAN_DEFAULT_SERVICE_PORT_HTTP": "5000", "LOAN_DEFAULT_PORT": "tcp://10.0.0.11:5000",
        "LOAN_DEFAULT_PORT_5000_TCP": "tcp://10.0.0.11:5000",
        "LOAN_DEFAULT_PORT_5000_TCP_PROTO": "tcp", "LOAN_DEFAULT_PORT_5000_TCP_PORT": "5000",
        "LOAN_DEFAULT_PORT_5000_TCP_ADDR": "10.0.0.11",
        "LOAN_DEFAULT_SERVICE_SERVICE_HOST": "10.0.0.12",
        "LOAN_DEFAULT_SERVICE_SERVICE_PORT_RPC": "8081",
        "LOAN_DEFAULT_SERVICE_PORT_8081_TCP_ADDR": "10.0.0.12",
    ]

    @Test func linksOfKubernetesServicesDoNotStopTheStart() throws {
        try ServedProgram.with(environment: Self.serviceLinks) { server in
            let ping = try server.answer("GET", "/ping", port: server.http)
            #expect(ping.status == 200)
            let log = try server.logText()
            #expect(!log.contains("not a setting"), "\(log)")
        }
    }

    @Test func anAddressOfAServiceIsNoPort() throws {
        let outcome = try Program.run(
            ["load", "--rpc-port", "1", "--duration", "0.1"],
            environment: ["LOAN_DEFAULT_HTTP_PORT": "tcp://10.0.0.11:5000"]
        )
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("LOAN_DEFAULT_HTTP_PORT holds the address"))
    }

    /// Options are listed by the help for people and by a description for programs: every one of
    /// the first is a variable by the second.
    @Test func everyOptionOfEveryHelpIsAVariable() throws {
        var variables: [String: String] = [:]
        for command in UsageTests.commands {
            let help = try Program.run([command, "--help"]).output
            for match in help.matches(of: /--([a-z0-9][a-z0-9-]+)/) {
                let name = match.1.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
                variables["LOAN_DEFAULT_\(name)"] = "1"
            }
        }
        for name in ["HELP", "VERSION"] { variables["LOAN_DEFAULT_\(name)"] = nil }
        #expect(variables.count > 60)
        let outcome = try Program.run(["inspect", "/no/such"], environment: variables)
        #expect(outcome.status == 1)
        #expect(!outcome.errors.contains("not a setting"), "\(outcome.errors)")
    }

    @Test func aWrongValueIsReportedWithItsVariable() throws {
        let rows = try Program.run(
            ["sample-data", "--output", "-"],
            environment: ["LOAN_DEFAULT_ROWS": "many"]
        )
        #expect(rows.status == 2)
        #expect(rows.errors.contains("(set by LOAN_DEFAULT_ROWS)"), "\(rows.errors)")
        let flag = try Program.run(["load"], environment: ["LOAN_DEFAULT_PREPARED": "ture"])
        #expect(flag.status == 2)
        #expect(flag.errors.contains("LOAN_DEFAULT_PREPARED is 'ture'"), "\(flag.errors)")
    }

    @Test(arguments: [
        (["--rounds", "3", "--n-estimators", "3"], [:]),
        (["--num-boost-round=3", "--n-estimators=3"], [:]),
        (["--eta", "0.1", "--learning-rate", "0.1"], [:]),
        ([], ["LOAN_DEFAULT_ROUNDS": "3", "LOAN_DEFAULT_N_ESTIMATORS": "3"]),
    ])
    func oneSettingUnderTwoNamesIsRefused(
        options: [String],
        environment: [String: String]
    ) throws {
        let outcome = try Program.run(Self.train + options, environment: environment)
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("are names of one setting"), "\(outcome.errors)")
    }

    @Test(arguments: ["--rounds", "--n-estimators", "--num-boost-round"])
    func everyNameOfTheRoundsReachesTheTraining(name: String) throws {
        let outcome = try Program.run(
            Self.train + [name, "20000"],
            // The command line wins, whichever of the names it uses.
            environment: ["LOAN_DEFAULT_ROUNDS": "3"]
        )
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("rounds is 20000"), "\(outcome.errors)")
    }
}
