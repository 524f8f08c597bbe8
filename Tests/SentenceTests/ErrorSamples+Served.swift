// SPDX-License-Identifier: Apache-2.0

import Access
import HTTP2
import HTTPServer
import JSON
import LoanRPC
import LoanServer
import LoanService
import Protobuf

/// What callers and operators of the server meet.
extension ErrorSamples {
    private static let problem = FieldProblem(.size, "is 71; the limit is 72")

    static let served: [ErrorSamples] = [
        ErrorSamples(
            "ServiceError",
            // The kind and the time to wait are for programs.
            unsaid: ["value_error", "1"],
            [
                "invalid": ServiceError.invalid([problem]),
                "notFound": .notFound(problem),
                "tooLarge": .tooLarge(problem),
                "forbidden": .forbidden(problem),
                "conflict": .conflict(problem),
                "dataLoss": .dataLoss(problem),
                "busy": .busy(message: "another training is under way", retryAfterSeconds: 1),
                "unavailable": .unavailable(message: "the store is away", retryAfterSeconds: 1),
                "outOfSpace": .outOfSpace(message: "the store has no space left"),
                "cancelled": .cancelled,
                "deadlineExceeded": .deadlineExceeded(message: "the time of the call is over"),
                "fault": .fault(reference: "the model does not load"),
            ]
        ),
        ErrorSamples(
            "ProtocolError",
            // Where nothing is served, no header helps.
            unsaid: ["value_error", "no header"],
            [
                "request": ProtocolError.request(.missing(path: "inputs")),
                "message": ProtocolError.message(.rawContents(found: 1, inputs: 2)),
                "service": .service(.notFound(problem)),
                "unknownVersion": .unknownVersion(
                    model: "model.joblib",
                    version: "71",
                    served: "72"
                ),
                "noModelNamed": .noModelNamed(header: "X-Model", served: ["a.joblib", "b.joblib"]),
                "noModelNamed": .noModelNamed(header: "no header", served: []),
                "mediaType": .mediaType(found: "text/html"),
                "notAcceptable": .notAcceptable(asked: "text/html", offered: ["text/csv"]),
                "notOffered": .notOffered(what: "the extension 'trace' of the protocol"),
            ]
        ),
        ErrorSamples(
            "InferMessageError",
            [
                "malformed": InferMessageError.malformed(.malformed("a field has no end")),
                "rawContents": .rawContents(found: 71, inputs: 72),
                "field": .field(datatype: .float32, wanted: "fp32_contents"),
                "number": .number(datatype: .int8, element: 71),
            ]
        ),
        ErrorSamples(
            "HTTP2SessionError",
            [
                "unreadable": HTTP2SessionError.unreadable,
                "flood": .flood,
                "noMemory": .noMemory,
            ]
        ),
        ErrorSamples(
            "InferRequestError",
            [
                "json": InferRequestError.json(.notUTF8),
                "headerLength": .headerLength(value: "x71", bodyBytes: 72),
                "missing": .missing(path: "inputs[0].shape"),
                "unknownMember": .unknownMember(path: "input", known: "inputs, outputs"),
                "type": .type(path: "inputs[0].shape", wanted: "a list of whole numbers"),
                "unknownDatatype": .unknownDatatype(tensor: "loan_amnt", name: "FP33"),
                "datatype": .datatype(tensor: "loan_amnt", found: .bytes, wanted: "a number"),
                "shape": .shape(tensor: "loan_amnt", shape: [71], wanted: "[rows, 1]"),
                "rowCounts": .rowCounts(tensor: "loan_amnt", found: 71, others: 72),
                "tooManyRows": .tooManyRows(count: 72, limit: 71),
                "elementCount": .elementCount(tensor: "loan_amnt", found: 71, wanted: 72),
                "dataLength": .dataLength(tensor: "loan_amnt", found: 71, wanted: 72),
                "bodyLength": .bodyLength(found: 71, wanted: 72),
                "unknownInput": .unknownInput(name: "loan_amt"),
                "duplicateInput": .duplicateInput(name: "loan_amnt"),
                "missingInput": .missingInput(name: "loan_amnt"),
                "mixedInputs": .mixedInputs,
                "outOfRange": .outOfRange(tensor: "loan_amnt", element: 71),
                "element": .element(tensor: "loan_amnt", element: 71, datatype: .uint8),
                "notUTF8Text": .notUTF8Text(tensor: "loan_grade", element: 71, hasNUL: false),
                "notUTF8Text": .notUTF8Text(tensor: "loan_grade", element: 71, hasNUL: true),
                "contentType": .contentType(path: "inputs[0].parameters", found: "base64"),
                "textLength": .textLength(tensor: "loan_grade", element: 71, limit: 72),
                "unknownOutput": .unknownOutput(name: "score"),
                "absentOutput": .absentOutput(name: "label", outputs: ["output__0"]),
                "cell": .cell(
                    tensor: "opened",
                    element: 3,
                    wanted: "a date such as 2024-02-29, or nothing where it is missing"
                ),
                "notOffered": .notOffered(what: "a sequence of requests"),
                "uselessBaseline": .uselessBaseline,
                "undecidable": .undecidable("these rows are prepared: send records"),
            ]
        ),
        ErrorSamples(
            "HTTPParseError",
            [
                "malformed": HTTPParseError.malformed(.requestLine),
                "targetTooLong": .targetTooLong(limit: 71),
                "headersTooLarge": .headersTooLarge,
                "bodyTooLarge": .bodyTooLarge(limit: 71),
                "versionNotSupported": .versionNotSupported,
                "codingNotImplemented": .codingNotImplemented,
                "expectationFailed": .expectationFailed,
                "timedOut": .timedOut,
                "overloaded": .overloaded,
            ]
        ),
        ErrorSamples(
            "HTTPParseError.Part",
            [
                "requestLine": HTTPParseError.malformed(.requestLine),
                "lineEnd": .malformed(.lineEnd),
                "fieldName": .malformed(.fieldName),
                "fieldValue": .malformed(.fieldValue),
                "host": .malformed(.host),
                "contentLength": .malformed(.contentLength),
                "transferEncoding": .malformed(.transferEncoding),
                "chunk": .malformed(.chunk),
                "chunkCount": .malformed(.chunkCount),
                "end": .malformed(.end),
            ]
        ),
        ErrorSamples(
            "FrameError",
            [
                "lostPosition": FrameError.lostPosition(magic: 71),
                "reservedByteSet": .reservedByteSet(71),
                "unknownFlags": .unknownFlags(71),
                "unknownType": .unknownType(71),
                "tooLong": .tooLong(length: 72, limit: 71),
            ]
        ),
        ErrorSamples(
            "MessageError",
            [
                "malformed": MessageError.malformed("the message ends inside a field"),
                "overBudget": .overBudget,
            ]
        ),
        ErrorSamples(
            "ConfigurationError",
            [
                "missing": ConfigurationError.missing(option: "storage-root"),
                "outOfRange": .outOfRange(option: "threads", value: 71, range: 1...72),
                "unusable": .unusable(
                    option: "http-port",
                    value: "71",
                    reason: "is the RPC port already"
                ),
                "unusableStorage": .unusableStorage(reason: "--storage-root x is not there"),
            ]
        ),
    ]
}
