// SPDX-License-Identifier: Apache-2.0
//
// What gRPC's own C++ library spends on a call: an echo of whatever comes, on one thread, by the
// asynchronous interface without types, the cheapest that it has.
//
//     grpc_echo PORT

#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/grpcpp.h>

#include <cstdio>
#include <memory>
#include <string>

namespace {

constexpr int callsMax = 256;

// A place for one call at a time; the queue brings it back after each step.
class Call {
 public:
  Call(grpc::AsyncGenericService& service, grpc::ServerCompletionQueue& queue)
      : service_(service), queue_(queue) {
    wait();
  }

  void advance(bool isOpen) {
    switch (step_) {
      case Step::waiting:
        if (!isOpen) return;
        step_ = Step::reading;
        return stream_->Read(&message_, this);
      case Step::reading:
        if (!isOpen) return wait();
        step_ = Step::answering;
        return stream_->WriteAndFinish(message_, {}, grpc::Status::OK, this);
      case Step::answering:
        return wait();
    }
  }

 private:
  enum class Step { waiting, reading, answering };

  void wait() {
    step_ = Step::waiting;
    message_.Clear();
    context_ = std::make_unique<grpc::GenericServerContext>();
    stream_ = std::make_unique<grpc::GenericServerAsyncReaderWriter>(context_.get());
    service_.RequestCall(context_.get(), stream_.get(), &queue_, &queue_, this);
  }

  grpc::AsyncGenericService& service_;
  grpc::ServerCompletionQueue& queue_;
  std::unique_ptr<grpc::GenericServerContext> context_;
  std::unique_ptr<grpc::GenericServerAsyncReaderWriter> stream_;
  grpc::ByteBuffer message_;
  Step step_ = Step::waiting;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  grpc::AsyncGenericService service;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(std::string("127.0.0.1:") + arguments[1],
                           grpc::InsecureServerCredentials());
  builder.RegisterAsyncGenericService(&service);
  const auto queue = builder.AddCompletionQueue();
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  std::puts("listening");
  std::fflush(stdout);
  for (int place = 0; place < callsMax; place++) new Call(service, *queue);
  void* tag;
  for (bool isOpen; queue->Next(&tag, &isOpen);) static_cast<Call*>(tag)->advance(isOpen);
}
