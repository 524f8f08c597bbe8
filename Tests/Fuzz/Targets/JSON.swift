// SPDX-License-Identifier: Apache-2.0

import JSON
internal import LoanModel
internal import LoanServer
internal import LoanService

extension FuzzTarget {
    /// Bodies of the JSON calls: the text, then the fields of every call. A value that is read must
    /// come back the same when it is written and read again.
    static let json = FuzzTarget(
        name: "json",
        seeds: { JSONSeed.all.map { Array($0.utf8) } },
        run: { bytes in
            let body = accepted { () throws(JSONError) in
                try JSONParser.parse(bytes, allowsNaN: true)
            }
            guard let body else { return nil }
            decodeFields(body)
            let strict = accepted { () throws(JSONError) in try JSONParser.parse(bytes) }
            guard let strict else { return nil }
            let written = strict.serialized
            let again = accepted { () throws(JSONError) in try JSONParser.parse(written) }
            return again?.serialized == written ? nil : "the value does not come back the same"
        }
    )

    private static func decodeFields(_ body: JSONValue) {
        _ = accepted { () throws(ServiceError) in
            var reader = try FieldReader(body)
            _ = DataRequest(&reader)
            try reader.finish()
        }
        _ = accepted { () throws(ServiceError) in
            var reader = try FieldReader(body)
            _ = TrainRequest(&reader)
            try reader.finish()
        }
        _ = accepted { () throws(ServiceError) in
            var reader = try FieldReader(body)
            _ = ModelReference(&reader)
            _ = reader.reasonRequest()
            let sample = reader.raw(.sample) ?? .null
            _ = try SampleDecoder(features: JSONSeed.features).decode(sample)
        }
        _ = accepted { () throws(ServiceError) in
            try BaselineRecord.read(body.serialized, at: [.name("baseline")])
        }
    }
}

enum JSONSeed {
    static let all = [
        #"{"backend":"local","local_path":"a.csv","target_path":"data","size":4e5,"seed":7}"#,
        #"{"bucket":"b","backend":"s3","data_key":"data","model_key":"m","model_name":"x","#
            + #""local_data_path":"None","parameters":{"rounds":10,"max_depth":"8","eta":0.1}}"#,
        #"{"model_name":"m","local_model_path":"a","preprocessor_path":"b","sample":[{"#
            + #""person_age":22,"person_income":"59000","person_home_ownership":"RENT","#
            + #""loan_intent":null,"loan_percent_income":NaN,"#
            + #""x":{"y":[true,false,"\u00e9\ud83d\ude00"]}}]}"#,
        #"{"model_name":"m","local_model_path":"a","sample":[{"person_age":22}],"reasons":{"#
            + #""max":4,"when":"adverse","contributions":true,"baseline":{"person_age":30}}}"#,
    ]

    static let features = TableSchema.creditRisk.features.map { feature in
        ServedModel.Feature(
            name: feature.name,
            kind: feature.kind,
            categories: feature.kind == .category ? ["A", "RENT"] : [],
            preparedNames: []
        )
    }
}
