#include "temporary_folder.hpp"

#include <stdlib.h>  // mkdtemp

#include <cerrno>
#include <cstring>
#include <utility>

namespace edgeward::backup {

Result<TemporaryFolder> TemporaryFolder::make(const std::filesystem::path& parent,
                                              const std::string& prefix) {
    std::string path = (parent / (prefix + "XXXXXX")).string();
    if (::mkdtemp(path.data()) == nullptr) {
        const int reason = errno;
        return failure(reason == ENOSPC ? ErrorKind::exhausted : ErrorKind::unavailable,
                       "make a folder in " + parent.string() + ": " + std::strerror(reason));
    }
    return TemporaryFolder(path);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace edgeward::backup
