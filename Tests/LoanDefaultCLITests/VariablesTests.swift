// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// The environment variables that configure the commands. Deployments set them: none may go, change
/// its name or stop being read.
@Suite struct VariablesTests {
    /// The variables of each command, without the prefix LOAN_DEFAULT_.
    private static let names = [
        "serve": """
        HOST HTTP_PORT RPC_PORT GRPC_PORT METRICS_PORT SAGEMAKER TOKEN_FILE TLS_CERTIFICATE TLS_KEY
        TLS_CLIENT_CA TLS_CLIENT_NAMES MODEL MODEL_FOLDER ITERATIONS STORAGE_ROOT BUCKETS
        REVALIDATION_SECONDS MODELS_MAX MODEL_MEMORY_MAX SCRATCH_MAX UNKNOWN_CATEGORIES
        REASONS_READY SHARED_FOLDER RECORD RECORD_MODE RECORD_PLACE RECORD_RING_BYTES
        RECORD_DISK_BYTES RECORD_RETENTION_DAYS RECORD_STREAM RECORD_ID_KEY_FILE THREADS
        MEMORY_LIMIT DRAIN_DELAY LOG_LEVEL LOG_FORMAT
        """,
        "data": """
        BACKEND BUCKET LOCAL_PATH TARGET_PATH KEY SIZE SEED FORMAT SCHEMA LABEL DECIMAL_COMMA
        SPLIT TEST_SHARE CALIBRATION_SHARE STOPPING_SHARE TIME GROUP PROTECTED STORAGE_ROOT THREADS
        """,
        "schema": """
        LABEL DECIMAL_COMMA TIME GROUP PROTECTED
        """,
        "train": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY LOCAL_DATA_PATH DATA_KEY MODEL_NAME ROUNDS
        N_ESTIMATORS NUM_BOOST_ROUND LEARNING_RATE ETA MAX_DEPTH MIN_CHILD_WEIGHT GAMMA
        MIN_SPLIT_LOSS SUBSAMPLE COLSAMPLE_BYTREE LAMBDA REG_LAMBDA ALPHA REG_ALPHA MAX_BIN
        SCALE_POS_WEIGHT BASE_SCORE TRAINING_SEED RANDOM_STATE POLICY STORAGE_ROOT THREADS
        MAX_LEAVES GROW_POLICY MAX_DELTA_STEP COLSAMPLE_BYLEVEL COLSAMPLE_BYNODE NUM_PARALLEL_TREE
        MAX_CAT_TO_ONEHOT MAX_CAT_THRESHOLD EARLY_STOPPING_ROUNDS MONOTONE_CONSTRAINTS
        INTERACTION_CONSTRAINTS EXCLUDE FOLDS TUNE CALIBRATION CARD ELDERLY_CHECK
        """,
        "predict": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY INPUT INPUT_FORMAT DECIMAL_COMMA OUTPUT
        MODEL_NAME PREPROCESSOR_PATH DATA_KEY MODEL MATRIX ITERATIONS REASONS CONTRIBUTIONS
        BASELINE DECISIONS CHANGES MARGIN KERNEL STORAGE_ROOT THREADS
        """,
        "versions": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY MODEL_NAME STORAGE_ROOT THREADS
        """,
        "rollback": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY MODEL_NAME GENERATION STORAGE_ROOT THREADS
        """,
        "compare": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY INPUT LABEL DECIMAL_COMMA CHANGES_MAX JSON
        STORAGE_ROOT THREADS
        """,
        "card": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY MODEL_NAME MARKDOWN STORAGE_ROOT THREADS
        """,
        "policy check": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY MODEL_NAME MODEL INPUT CURRENT CHANGES_MAX
        STORAGE_ROOT THREADS
        """,
        "policy set": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY MODEL_NAME STANDARD STORAGE_ROOT THREADS
        """,
        "policy show": """
        BACKEND BUCKET LOCAL_MODEL_PATH MODEL_KEY MODEL_NAME MODEL STORAGE_ROOT THREADS WITH_REASONS
        """,
        "audit verify": """
        STREAM HEAD JSON
        """,
        "audit export": """
        FORMAT FROM TO MODEL GENERATION BAND DECISION ID ID_KEY_FILE TRANSPORT STREAM OUTPUT
        """,
        "audit find": """
        ID_KEY_FILE STREAM
        """,
        "replay": """
        FROM TO MODEL GENERATION BAND DECISION ID ID_KEY_FILE TRANSPORT STREAM SAMPLE SEED KERNEL
        REASONS WITHOUT_REASONS JSON
        """,
        "sample-data": """
        ROWS SEED OUTPUT
        """,
        "load": """
        TARGET INTERFACE HOST RPC_PORT HTTP_PORT MODEL_NAME LOCAL_MODEL_PATH PREPROCESSOR_PATH
        ARRIVALS RATE CONNECTIONS IN_FLIGHT BATCH_SIZE PREPARED DURATION WARM_UP SEED
        TOKEN_FILE TLS TLS_CA TLS_CERTIFICATE TLS_KEY CHECK JSON SWEEP P99 SVG
        """,
    ].mapValues { $0.split(whereSeparator: \.isWhitespace).map(String.init) }

    /// What a command does not begin without.
    private static let required = [
        "schema": ["--label=default", "applications.csv"], "train": ["--model-name=m"],
        "predict": ["--output=-"], "versions": ["--model-name=m"],
        "rollback": ["--model-name=m"], "compare": ["a", "b", "--input=a.csv"],
        "card": ["--model-name=m"], "policy check": ["p.json", "--input=a.csv"],
        "policy set": ["--model-name=m"], "sample-data": ["--output=-"],
        "audit verify": ["record"], "audit export": ["record"], "audit find": ["id", "record"],
        "replay": ["record"],
    ]

    private static func option(of name: String) -> String {
        "--" + name.lowercased().map { $0 == "_" ? "-" : String($0) }.joined()
    }

    @Test(arguments: UsageTests.commands) func theListIsThatOfTheHelp(command: String) throws {
        let help = try Program.run(
            UsageTests.words(command) + ["--help"],
            environment: ["COLUMNS": "1000"]
        ).output
        let listed = help.matches(of: /\n  (--[a-z0-9-]+(?:, --[a-z0-9-]+)*)/)
        let options = listed.flatMap { $0.1.components(separatedBy: ", ") }
        let named = Self.names[command, default: []].map(Self.option)
        #expect(Set(options).subtracting(["--version"]) == Set(named))
    }

    /// To a wrong name of an option the parser suggests the right one, and the program says which
    /// variable set that one; a value that is no number or no choice is reported before.
    @Test(arguments: names.keys.sorted()) func everyVariableIsRead(command: String) throws {
        for name in Self.names[command, default: []] {
            let option = Self.option(of: name)
            let required = Self.required[command, default: []]
                .filter { !$0.hasPrefix(option + "=") }
            let variable = "LOAN_DEFAULT_\(name)"
            let outcome = try Program.run(
                UsageTests.words(command) + [option + "x"] + required,
                environment: [variable: "?"]
            )
            #expect(outcome.status == 2)
            #expect(
                outcome.errors.contains("(set by \(variable))")
                    || outcome.errors.contains("\(variable) is '?'"),
                "\(outcome.errors)"
            )
        }
    }
}
