// SPDX-License-Identifier: Apache-2.0

import Access
import LoanServer
import Testing

/// When a process is the container of a SageMaker endpoint, and what that makes of its start.
@Suite struct SageMakerHostingTests {
    private func hosting(
        _ environment: [String: String] = [:],
        isAsked: Bool = false,
        folders: Set<String> = []
    ) throws(ConfigurationError) -> SageMakerHosting? {
        try SageMakerHosting(
            isAsked: isAsked,
            environment: environment,
            isFolder: { folders.contains($0) }
        )
    }

    @Test func anyOfThreeSignsShowsIt() throws {
        #expect(try hosting() == nil)
        #expect(try hosting(["SAGEMAKER_DOMAIN_ID": "d-1", "SM_MODEL_DIR": "/m"]) == nil)
        #expect(try hosting(isAsked: true)?.sign == .option)
        #expect(try hosting(["SAGEMAKER_BIND_TO_PORT": "8081"])?.sign == .port)
        #expect(try hosting(folders: ["/opt/ml/model"])?.sign == .folder)
    }

    @Test func theDefaultsAreThoseOfTheContract() throws {
        let hosting = try #require(try hosting(isAsked: true))
        #expect(hosting.port == 8_080)
        #expect(hosting.modelFolder == "/opt/ml/model")
        #expect(hosting.otherPorts == nil)
    }

    @Test func variablesNameThePortsAndTheFolder() throws {
        let hosting = try #require(
            try hosting([
                "SAGEMAKER_BIND_TO_PORT": "1235", "SAGEMAKER_SAFE_PORT_RANGE": "1234-1240",
                "SM_MODEL_DIR": "/models",
            ])
        )
        #expect(hosting.port == 1_235)
        #expect(hosting.otherPorts == [1_234, 1_236])
        #expect(hosting.modelFolder == "/models")
    }

    @Test(arguments: [
        ("SAGEMAKER_BIND_TO_PORT", "0"), ("SAGEMAKER_BIND_TO_PORT", "65536"),
        ("SAGEMAKER_BIND_TO_PORT", ""), ("SAGEMAKER_SAFE_PORT_RANGE", "1234"),
        ("SAGEMAKER_SAFE_PORT_RANGE", "1234-x"), ("SAGEMAKER_SAFE_PORT_RANGE", "1234-1234"),
        ("SAGEMAKER_SAFE_PORT_RANGE", "1240-1234"), ("SAGEMAKER_SAFE_PORT_RANGE", "8080-8081"),
    ])
    func aWrongVariableIsRefusedByItsName(variable: String, value: String) {
        let error = #expect(throws: ConfigurationError.self) {
            try hosting([variable: value], isAsked: true)
        }
        #expect(error?.description.contains("\(variable) is '\(value)'") == true)
    }
}
