#include "net/error.hh"

#include <netdb.h>

#include <new>

namespace net {

namespace {

class NameResolutionCategory final : public std::error_category {
 public:
  [[nodiscard]] const char* name() const noexcept override { return "getaddrinfo"; }
  [[nodiscard]] std::string message(int code) const override { return gai_strerror(code); }
};

}  // namespace

void fail(const std::string& attempt, int error) {
  throw std::system_error(error, std::generic_category(), attempt);
}

const char* reason(const std::exception& exception) {
  return dynamic_cast<const std::bad_alloc*>(&exception) ? "out of memory" : exception.what();
}

const std::error_category& name_resolution_category() {
  static const NameResolutionCategory category;
  return category;
}

}  // namespace net
