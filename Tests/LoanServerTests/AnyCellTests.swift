// SPDX-License-Identifier: Apache-2.0

import JSON
import LoanModel
import LoanServer
import LoanService
import TestSupport
import Testing

/// Records of features of every kind.
@Suite struct AnyCellTests {
    private static let wide = (0..<100).map { "town \($0)" }
    private static let features: [ServedModel.Feature] = [
        .init(name: "amount", kind: .number),
        .init(name: "purpose", kind: .category, categories: ["car", "house"]),
        .init(name: "town", kind: .category, categories: wide),
        .init(name: "branch", kind: .category, categories: ["10", "9"]),
        .init(name: "has phone", kind: .boolean),
        .init(name: "opened", kind: .date),
    ]

    private static let right = """
        "amount": "12.5", "purpose": " house ", "town": "town 7", "branch": 9,
        "has phone": "yes", "opened": "1970-02-01"
        """

    private func columns(_ records: String) throws -> [CodedApplications.Column] {
        let value = try JSONParser.parse(Array("[\(records)]".utf8), allowsNaN: true)
        return try SampleDecoder(features: Self.features).decode(value).columns
    }

    private func refusal(_ member: String) throws -> FieldProblem? {
        do throws(ServiceError) {
            let value: JSONValue
            do {
                value = try JSONParser.parse(Array("[{\(Self.right), \(member)}]".utf8))
            } catch {
                throw .invalid([])
            }
            _ = try SampleDecoder(features: Self.features).decode(value)
            return nil
        } catch .invalid(let problems) {
            return problems.first
        } catch {
            return nil
        }
    }

    @Test func everyKindIsReadIntoItsMatrix() throws {
        let columns = try columns("{\(Self.right)}")
        #expect(columns[0] == .numbers([12.5]))
        #expect(columns[1] == .codes([1]))
        #expect(columns[2] == .numbers([7]))
        #expect(columns[3] == .codes([1]))
        #expect(columns[4] == .numbers([1]))
        #expect(columns[5] == .numbers([31]))
    }

    @Test func whatIsMissingOrUnknownStaysApart() throws {
        let columns = try columns(
            """
            {"amount": null, "purpose": null, "town": "", "branch": null, "has phone": null,
             "opened": ""},
            {"amount": 1, "purpose": "boat", "town": "elsewhere", "branch": 11,
             "has phone": false, "opened": "2024-02-29"}
            """
        )
        #expect(columns[1] == .codes([255, 254]))
        #expect(columns[3] == .codes([255, 254]))
        guard case .numbers(let towns) = columns[2], case .numbers(let phones) = columns[4],
            case .numbers(let days) = columns[5]
        else {
            Issue.record("all three travel as numbers")
            return
        }
        #expect(towns[0].isNaN && !CategoryVocabulary.isUnknown(towns[0]))
        #expect(CategoryVocabulary.isUnknown(towns[1]))
        #expect(phones[0].isNaN && phones[1] == 0)
        #expect(days[0].isNaN && days[1] == 19_782)
    }

    @Test(
        arguments: [
            (#""has phone": 2"#, "value could not be parsed to a boolean", ProblemKind.notBoolean),
            (#""has phone": "maybe""#, "value could not be parsed to a boolean", .notBoolean),
            (#""opened": "29.2.24""#, "is not a date such as 2024-02-29", .notDate),
            (#""opened": 19782"#, "is not a date such as 2024-02-29", .notDate),
            (#""purpose": 1"#, "str type expected", .notText),
            (#""town": true"#, "str type expected", .notText),
            (#""amount": "a lot""#, "value is not a valid float", .notNumber),
        ]
    )
    func aValueOfAnotherKindIsRefused(
        member: String,
        message: String,
        kind: ProblemKind
    ) throws {
        let problem = try #require(try refusal(member))
        #expect(problem.message == message && problem.kind == kind)
        #expect(problem.location.count == 3)
    }

    @Test func theLastOfDuplicateNamesCountsInAnyOrder() throws {
        let features: [ServedModel.Feature] = [
            .init(name: "a", kind: .number), .init(name: "b", kind: .number),
        ]
        let value = try JSONParser.parse(
            Array(#"[{"a": 1, "b": 2, "a": 3}, {"b": 4, "z": 0, "a": 5}, {"a": 6, "b": 7}]"#.utf8)
        )
        let columns = try SampleDecoder(features: features).decode(value).columns
        #expect(columns == [.numbers([3, 5, 6]), .numbers([2, 4, 7])])
    }

    @Test func recordsOfManyFeaturesAreCounted() throws {
        let features = (0..<4_096).map { ServedModel.Feature(name: "f\($0)", kind: .number) }
        let limit = SampleDecoder.cellsMax / 4_096
        func refusal(_ count: Int) -> ServiceError? {
            do throws(ServiceError) {
                let records = [JSONValue](repeating: .object(JSONObject()), count: count)
                _ = try SampleDecoder(features: features).decode(.array(records))
                return nil
            } catch {
                return error
            }
        }
        guard case .invalid(let above)? = refusal(limit + 1) else {
            Issue.record("one record too many is refused")
            return
        }
        #expect(
            above.first?.message
                == "has \(limit + 1) records of 4096 features; the limit is \(limit) records"
        )
        // Below it, what is wrong is that no record names a feature.
        guard case .invalid(let below)? = refusal(2) else {
            Issue.record("empty records are refused")
            return
        }
        #expect(below.first?.message == "absent from every record")
    }
}
