// SPDX-License-Identifier: Apache-2.0

internal import LoanModel

extension FuzzTarget {
    /// A file of applications, to train on or to be scored with or without a header. Where it is
    /// cut into chunks must not matter.
    static let csv = FuzzTarget(
        name: "csv",
        seeds: { [[0, 40] + Array(CSVSeed.applications.utf8)] },
        run: { bytes in
            var input = FuzzInput(bytes)
            let cut = input.number(upTo: 1 << 12)
            let file = Array(input.rest)
            let read = { (parts: [ArraySlice<UInt8>]) in
                accepted { () throws(CSVError) in
                    var reader = CSVReader(schema: .creditRisk, labels: .required)
                    for part in parts { try reader.append(Array(part).span) }
                    return try reader.finish()
                }
            }
            let score = { (parts: [ArraySlice<UInt8>]) in
                accepted { () throws(CSVError) in
                    var reader = CSVReader(
                        schema: .creditRisk,
                        vocabularies: CSVSeed.vocabularies,
                        header: .optional
                    )
                    for part in parts { try reader.append(Array(part).span) }
                    return try reader.finishApplications()
                }
            }
            let end = min(cut, file.count)
            let whole = read([file[...]]), parts = read([file[..<end], file[end...]])
            guard whole?.rowCount == parts?.rowCount else {
                return "a cut at \(end) changes the table"
            }
            let scored = score([file[...]]), inParts = score([file[..<end], file[end...]])
            guard scored?.rowCount == inParts?.rowCount else {
                return "a cut at \(end) changes the rows to score"
            }
            return nil
        }
    )

    /// A matrix: `.npy`, or CSV where the first byte is odd.
    static let matrix = FuzzTarget(
        name: "matrix",
        seeds: {
            let header = NPYHeader.bytes(rows: 2, columns: 2, isVector: false)
            return [
                [0] + header + Array(repeating: 0, count: 16), [1] + Array("1,2.5\n-3,1e9\n".utf8),
            ]
        },
        run: { bytes in
            var input = FuzzInput(bytes)
            let isText = input.byte() % 2 == 1
            let file = Array(input.rest)
            if isText {
                _ = accepted { () throws(CSVError) in
                    var reader = CSVMatrixReader()
                    try reader.append(file.span)
                    return try reader.finish()
                }
            } else {
                _ = accepted { () throws(NPYError) in
                    var reader = NPYReader()
                    try reader.append(file.span)
                    return try reader.finish()
                }
            }
            return nil
        }
    )
}

private enum CSVSeed {
    static let vocabularies = TableSchema.creditRisk.features.map { feature in
        CategoryVocabulary(feature.kind == .category ? ["D", "N", " RENT", "Y"] : [])
    }
    static let applications = """
        person_age,person_income,person_home_ownership,person_emp_length,loan_intent,loan_grade,\
        loan_amnt,loan_int_rate,loan_status,loan_percent_income,cb_person_default_on_file,\
        cb_person_cred_hist_length
        22,59000,RENT,123.0,PERSONAL,D,35000,16.02,1,0.59,Y,3
        21,9600,OWN,5.0,EDUCATION,B,1000,11.14,0,0.1,N,2\r
        "25",9600,"MORTGAGE",,"MEDICAL",C,5500,,1,0.57,N,3

        """
}
