// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

namespace oneway::journal {

// Owns a file descriptor; a negative one stands for a failed open.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.descriptor_) { other.descriptor_ = -1; }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (ok()) ::close(descriptor_);
  }

  bool ok() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace oneway::journal
