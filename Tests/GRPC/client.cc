// SPDX-License-Identifier: Apache-2.0
//
// A client of gRPC's own C++ library, by stubs that its own tools make of proto/: cpp.py builds it,
// runs it and compares what it prints with what HTTP says.
//
//     client ADDRESS MODEL TABLE
//
// TABLE has a column for each feature, separated by tabs; its first line has their names, with `#`
// before those of numbers. Each call prints a line: its name, and the scores of all rows.

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "grpc/health/v1/health.grpc.pb.h"
#include "inference/inference.grpc.pb.h"
#include "loan_default/v1/service.grpc.pb.h"

namespace {

constexpr size_t batchRows = 50;

struct Column {
  std::string name;
  bool isNumber;
  std::vector<std::string> cells;
};

std::vector<std::string> cellsOf(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line);
  for (std::string cell; std::getline(text, cell, '\t');) cells.push_back(cell);
  return cells;
}

std::vector<Column> readTable(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::vector<Column> columns;
  std::getline(file, line);
  for (const auto& name : cellsOf(line)) {
    const bool isNumber = name[0] == '#';
    columns.push_back({name.substr(isNumber), isNumber, {}});
  }
  while (std::getline(file, line)) {
    const auto cells = cellsOf(line);
    for (size_t at = 0; at < columns.size(); at++) columns[at].cells.push_back(cells.at(at));
  }
  return columns;
}

// Numbers travel as float32 in the order of bytes of x86 and ARM.
std::string floatBytes(const Column& column, size_t first, size_t end) {
  std::string bytes;
  for (size_t row = first; row < end; row++) {
    const float value = std::stof(column.cells[row]);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  return bytes;
}

void print(const std::string& call, const std::string& bytes) {
  std::printf("%s", call.c_str());
  for (size_t at = 0; at + sizeof(float) <= bytes.size(); at += sizeof(float)) {
    float value;
    std::memcpy(&value, bytes.data() + at, sizeof value);
    std::printf(" %.9g", value);
  }
  std::printf("\n");
}

void expect(const grpc::Status& status, const std::string& call) {
  if (status.ok()) return;
  throw std::runtime_error(call + ": " + std::to_string(status.error_code()) + " " +
                           status.error_message());
}

// A call that hangs must not hang the test.
void setDeadline(grpc::ClientContext& context) {
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
}

loan_default::v1::PredictRequest predictRequest(const std::string& model,
                                                const std::vector<Column>& columns, size_t first,
                                                size_t end) {
  loan_default::v1::PredictRequest request;
  request.set_model(model);
  request.set_rows(end - first);
  for (const auto& column : columns) {
    auto& sent = *request.add_columns();
    sent.set_name(column.name);
    if (column.isNumber) {
      sent.set_float32(floatBytes(column, first, end));
      continue;
    }
    std::map<std::string, char> codes;
    for (size_t row = first; row < end; row++) {
      const auto [place, isNew] = codes.try_emplace(column.cells[row], codes.size());
      if (isNew) sent.add_dictionary(column.cells[row]);
      sent.mutable_codes8()->push_back(place->second);
    }
  }
  return request;
}

inference::ModelInferRequest inferRequest(const std::string& model,
                                          const std::vector<Column>& columns, size_t first,
                                          size_t end) {
  inference::ModelInferRequest request;
  request.set_model_name(model);
  for (const auto& column : columns) {
    auto& input = *request.add_inputs();
    input.set_name(column.name);
    input.set_datatype(column.isNumber ? "FP32" : "BYTES");
    input.add_shape(end - first);
    if (column.isNumber) {
      request.add_raw_input_contents(floatBytes(column, first, end));
      continue;
    }
    auto& texts = *request.add_raw_input_contents();
    for (size_t row = first; row < end; row++) {
      const auto length = static_cast<uint32_t>(column.cells[row].size());
      texts.append(reinterpret_cast<const char*>(&length), sizeof length);
      texts.append(column.cells[row]);
    }
  }
  request.add_outputs()->set_name("output__0");
  return request;
}

void checkHealth(const std::shared_ptr<grpc::Channel>& channel) {
  using grpc::health::v1::HealthCheckRequest;
  using grpc::health::v1::HealthCheckResponse;
  const auto stub = grpc::health::v1::Health::NewStub(channel);
  HealthCheckRequest request;
  HealthCheckResponse response;
  grpc::ClientContext context;
  setDeadline(context);
  expect(stub->Check(&context, request, &response), "Check");
  std::printf("Check %d\n", response.status());

  grpc::ClientContext watching;
  setDeadline(watching);
  const auto watch = stub->Watch(&watching, request);
  if (!watch->Read(&response)) throw std::runtime_error("Watch: no status");
  watching.TryCancel();
  watch->Finish();
  std::printf("Watch %d\n", response.status());
}

void predict(loan_default::v1::LoanDefault::Stub& stub, const std::string& model,
             const std::vector<Column>& columns, size_t rows) {
  loan_default::v1::PredictResponse response;
  grpc::ClientContext context;
  setDeadline(context);
  expect(stub.Predict(&context, predictRequest(model, columns, 0, rows), &response), "Predict");
  print("Predict", response.probabilities());
}

void predictStream(loan_default::v1::LoanDefault::Stub& stub, const std::string& model,
                   const std::vector<Column>& columns, size_t rows) {
  grpc::ClientContext context;
  setDeadline(context);
  const auto stream = stub.PredictStream(&context);
  for (size_t first = 0; first < rows; first += batchRows) {
    stream->Write(predictRequest(model, columns, first, std::min(rows, first + batchRows)));
  }
  stream->WritesDone();
  std::string scores;
  loan_default::v1::PredictResponse response;
  while (stream->Read(&response)) scores += response.probabilities();
  expect(stream->Finish(), "PredictStream");
  print("PredictStream", scores);
}

void infer(inference::GRPCInferenceService::Stub& stub, const std::string& model,
           const std::vector<Column>& columns, size_t rows) {
  inference::ModelInferResponse response;
  grpc::ClientContext context;
  setDeadline(context);
  expect(stub.ModelInfer(&context, inferRequest(model, columns, 0, rows), &response),
         "ModelInfer");
  print("ModelInfer", response.raw_output_contents(0));
}

void inferStream(inference::GRPCInferenceService::Stub& stub, const std::string& model,
                 const std::vector<Column>& columns, size_t rows) {
  grpc::ClientContext context;
  setDeadline(context);
  const auto stream = stub.ModelStreamInfer(&context);
  std::string scores;
  inference::ModelStreamInferResponse response;
  for (size_t first = 0; first < rows; first += batchRows) {
    const auto end = std::min(rows, first + batchRows);
    stream->Write(inferRequest(model, columns, first, end));
    if (!stream->Read(&response)) break;
    if (!response.error_message().empty()) throw std::runtime_error(response.error_message());
    scores += response.infer_response().raw_output_contents(0);
  }
  stream->WritesDone();
  expect(stream->Finish(), "ModelStreamInfer");
  print("ModelStreamInfer", scores);
}

void refuse(inference::GRPCInferenceService::Stub& stub, const std::vector<Column>& columns) {
  inference::ModelInferResponse response;
  grpc::ClientContext context;
  setDeadline(context);
  const auto status = stub.ModelInfer(&context, inferRequest("absent", columns, 0, 1), &response);
  std::printf("Refusal %d %s\n", status.error_code(), status.error_message().c_str());
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::fprintf(stderr, "usage: client ADDRESS MODEL TABLE\n");
    return 2;
  }
  const std::string model = arguments[2];
  const auto columns = readTable(arguments[3]);
  const size_t rows = columns.at(0).cells.size();
  const auto channel = grpc::CreateChannel(arguments[1], grpc::InsecureChannelCredentials());
  try {
    checkHealth(channel);
    const auto loanDefault = loan_default::v1::LoanDefault::NewStub(channel);
    predict(*loanDefault, model, columns, rows);
    predictStream(*loanDefault, model, columns, rows);
    const auto inference = inference::GRPCInferenceService::NewStub(channel);
    infer(*inference, model, columns, rows);
    inferStream(*inference, model, columns, rows);
    refuse(*inference, columns);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
