#include <edgeward/core/folder_lock.hpp>

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace edgeward {

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder) {
    const auto failed = [&folder](const std::string& why) {
        return failure(ErrorKind::unavailable, "lock " + folder.string() + ": " + why);
    };
    FolderLock lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (lock.descriptor_ < 0) return failed(std::generic_category().message(errno));
    if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
    return failed(errno == EWOULDBLOCK ? "another process uses it" : std::generic_category().message(errno));
}

FolderLock::~FolderLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace edgeward
