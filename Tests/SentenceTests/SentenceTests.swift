// SPDX-License-Identifier: Apache-2.0

import Access
import Testing

/// Every error of every boundary is a sentence for a person, and names what it is about.
@Suite struct SentenceTests {
    private static let all =
        ErrorSamples.stored + ErrorSamples.tables + ErrorSamples.training + ErrorSamples.policies
        + ErrorSamples.storage + ErrorSamples.served + ErrorSamples.validation
        + ErrorSamples.record
        + ErrorSamples.replay

    /// Errors that no person sees: they are translated on the spot, by a `switch` over all cases.
    private static let translated: Set<String> = [
        "CategoryBuilder.Failure", "CategoryVocabulary.Failure", "CellText.Failure",
        "CSVFieldCursor.Failure", "JSONCell.Failure", "TransportFailure", "SystemError",
        "DataStepError", "StreamError", "RowMarkCells.Failure",
        "TrainingError",
        "TableError", "OwnThread.Unavailable", "UnnamedFile.Failure", "MemoryBudget.Refusal",
        "SlicedForest.Refusal", "KeyViolation", "INIFault", "SharedNameList.Unreadable",
        "SwapFailure", "GRPCMessageError", "ChallengerList.Unreadable",
        // What they carry is a sentence already.
        "ErrorResponse", "LoanClientError", "RPCStatus", "StorageSetupError",
        "StoredFile.Unreadable", "RecordSettings.Problem", "RecordStoreError", "RecordFileError",
        "MatrixScoring.Failure", "TokenFile.Problem", "CommandFailure", "XGBoostError",
        "ServedModel.FileFailure", "GRPCRequestHead.Refusal",
        // Cells that are read again in their turn.
        "CSVBlockReader.Unreadable",
        // An end of reading that is counted, and a client that gets no connection.
        "AnswerReader.Unreadable", "ClientNameError",
        // Of the command line, whose tests run the program.
        "InputFileError", "OutputFileError", "HTTPQuestion.Failure",
    ]

    /// Read once: there are hundreds of files.
    private static let declared = Result { try DeclaredTypes() }

    @Test func everyErrorHasSamplesOrIsTranslated() throws {
        let declared = try Self.declared.get().errors
        #expect(declared.count > 30)
        let known = Self.translated.union(Self.all.map(\.type))
        #expect(declared.subtracting(known).sorted() == [], "errors without a sentence")
        let gone = Self.translated.subtracting(declared)
        #expect(gone.sorted() == [], "errors that are not there")
    }

    @Test(arguments: all) func everyCaseHasASample(errors: ErrorSamples) throws {
        let declaration = try #require(try Self.declared.get().byName[errors.type])
        #expect(Set(errors.samples.map(\.caseName)) == declaration.cases)
        for sample in errors.samples {
            #expect(sample.label == nil || sample.label == sample.caseName)
        }
    }

    @Test(arguments: all) func everyErrorIsASentence(errors: ErrorSamples) throws {
        let names = try Self.declared.get().byName.keys.flatMap { $0.split(separator: ".") }
        let rules = SentenceRules(types: Set(names.map(String.init)))
        for sample in errors.samples {
            let faults = rules.faults(of: sample)
            #expect(faults == [], "\(errors.type).\(sample.caseName): \(sample.sentence)")
        }
    }

    @Test(arguments: [
        "unsupported(ForestInference.ForestError.Feature.booster(\"dart\"))",
        "noValues(feature: \"person_age\")", "featureNames", "noProvider", "header", "notNPY",
        "elementType(\"<f8\")", "model '' is missing", "is missing: a field", "",
        "the object : : x",
        "the ForestError is of a kind that is not known",
    ])
    func theRulesFindTextsThatAreNotSentences(text: String) throws {
        let rules = SentenceRules(types: ["ForestError"])
        let sample = ErrorSamples.Sample(caseName: "", sentence: text, values: [], label: nil)
        #expect(!rules.faults(of: sample).isEmpty)
    }
}
