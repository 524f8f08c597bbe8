// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import Testing

/// The public data file, where a developer has it.
enum RealData {
    static let variable = "LOAN_DEFAULT_TEST_DATA"
    static let missing: Comment = "LOAN_DEFAULT_TEST_DATA names no credit-risk CSV file"
    static var path: String? {
        ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }
    static var isAvailable: Bool { path != nil }
}

/// A table of generated applications.
func sampleTable(rows: Int, seed: UInt64 = 1) throws -> Table {
    try CSVReader.table(
        SampleApplications(rows: rows, seed: seed).csv(),
        schema: .creditRisk,
        labels: .required
    )
}

/// A small table with every kind of cell: missing ones, signs, quotes and unusual names.
let awkwardCSV = #"""
    person_age,person_income,person_home_ownership,person_emp_length,loan_intent,loan_grade,\#
    loan_amnt,loan_int_rate,loan_status,loan_percent_income,cb_person_default_on_file,\#
    cb_person_cred_hist_length
    22,59000,RENT,123.0,PERSONAL,D,35000,16.02,1,0.59,Y,3
    21,9600,"OWN, ""FREE""",,EDUCATION,B,1000,11.14,0,0.1,N,2

    -1.5e0,+9600.50,"MORTGAGE
    AND MORE",1.0,MEDICAL,,5500,,1,NA,N,3
    23,65500,RENT,4.0,ÄRZTLICH,C,3.4e38,15.234567890123456789,0,1e-45,N,2

    """#

extension Table {
    /// The numbers of the named column.
    func numbers(_ name: String) throws -> [Float] {
        let index = try #require(schema.featureIndex(named: name))
        return try #require(numbers(index))
    }

    /// The categories of the named column; nil where missing.
    func names(_ name: String) throws -> [String?] {
        let index = try #require(schema.featureIndex(named: name))
        let column = try #require(categories(index))
        return column.codes.map {
            $0 == CategoryColumn.missing ? nil : column.vocabulary[Int($0)]
        }
    }
}

extension CSVReader {
    /// Appends bytes that are not an array of their own.
    mutating func read(_ bytes: some Sequence<UInt8>) throws {
        let chunk = Array(bytes)
        try append(chunk.span)
    }
}

extension CSVMatrixReader {
    /// Appends bytes that are not an array of their own.
    mutating func read(_ bytes: some Sequence<UInt8>) throws {
        let chunk = Array(bytes)
        try append(chunk.span)
    }
}

extension NPYReader {
    /// Appends bytes that are not an array of their own.
    mutating func read(_ bytes: some Sequence<UInt8>) throws {
        let chunk = Array(bytes)
        try append(chunk.span)
    }
}
