#include "disk_reserve.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <edgeward/core/log.hpp>

namespace edgeward::app {

// One that an earlier process has left is kept as it is: it holds its room already.
DiskReserve::DiskReserve(std::filesystem::path file) : file_(std::move(file)) {
    std::error_code absent;
    kept_ = std::filesystem::file_size(file_, absent) >= size && !absent;
}

Result<void> DiskReserve::keep(std::uint64_t free) {
    const std::lock_guard lock(mutex_);
    if (kept_ || free <= made_above) return {};
    const int descriptor = ::open(file_.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return failure(ErrorKind::unavailable, "the reserve cannot be made");
    const int failed = ::posix_fallocate(descriptor, 0, static_cast<off_t>(size));
    ::close(descriptor);
    if (failed == 0) {
        kept_ = true;
        return {};
    }
    ::unlink(file_.c_str());
    if (failed == ENOSPC || failed == EDQUOT)
        return failure(ErrorKind::exhausted, "the disk has no room for the reserve");
    return failure(ErrorKind::unavailable, "the file system cannot put room aside for the reserve");
}

bool DiskReserve::give_up() {
    const std::lock_guard lock(mutex_);
    if (!kept_) return false;
    kept_ = false;
    if (::unlink(file_.c_str()) != 0) return false;
    log::warning("the disk takes nothing: its reserve is given up for what must still be written",
                 {{"reserve_mib", size >> 20U}});
    return true;
}

}  // namespace edgeward::app
