import LoanDefaultClient

let port = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 5001
let client = try LoanClient(LoanClientConfiguration(host: "localhost", port: port))
let vocabulary = try await client.vocabulary(of: "model.joblib")
var batch = ApplicationBatch(rowCount: 2)
batch[.loanPercentIncome] = [0.59, 0.10]
batch[.loanGrade] = vocabulary.codes(.loanGrade, ["D", "B"])
let scores = try await client.predict(batch, model: "model.joblib", timeout: .seconds(2))
print(scores.probabilities)
await client.close()
