// SPDX-License-Identifier: Apache-2.0

internal import JSON
internal import LoanModel
internal import LoanServer
internal import LoanService

extension FuzzTarget {
    /// Bodies of `/predict` by the fast way through simdjson. What it takes, the slow way must read
    /// as the same bits; it may leave anything to the slow one.
    static let records = FuzzTarget(
        name: "records",
        seeds: {
            [
                #"{"model_name":"m","sample":[{"person_age":22,"person_income":5.9e4,"#
                    + #""person_home_ownership":"RENT","person_emp_length":123,"#
                    + #""loan_intent":"PERSONAL","loan_grade":"\u0041","loan_amnt":35000,"#
                    + #""loan_int_rate":null,"loan_percent_income":-0.59,"#
                    + #""cb_person_default_on_file":"Y","cb_person_cred_hist_length":3}],"#
                    + #""backend":"local"}"#,
                #"{"sample":[{"person_age":1,"person_home_ownership":"A"},{"person_age":2}]}"#,
            ].map { Array($0.utf8) }
        },
        run: { bytes in
            guard let document = RecordDocument(bytes, listName: "sample"),
                let layout = RecordLayout(JSONSeed.features),
                let taken = document.columns(layout)
            else { return nil }
            let body = accepted { () throws(JSONError) in
                try JSONParser.parse(bytes, allowsNaN: true)
            }
            guard let sample = body?.object?["sample"] else { return "only the fast way takes it" }
            let slow = accepted { () throws(ServiceError) in
                try SampleDecoder(features: JSONSeed.features).decode(sample)
            }
            guard let slow else { return "only the fast way takes the records" }
            return equal(taken, slow) ? nil : "the two ways read different columns"
        }
    )

    /// Whether both have the same bits; all NaN are one.
    private static func equal(_ taken: RecordColumns, _ slow: CodedApplications) -> Bool {
        var numbers: [Float] = []
        var codes: [UInt8] = []
        for column in slow.columns {
            switch column {
            case .numbers(let values): numbers += values
            case .codes(let values): codes += values
            }
        }
        return taken.rowCount == slow.rowCount && taken.codes == codes
            && taken.numbers.elementsEqual(numbers) {
                $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN
            }
    }
}
