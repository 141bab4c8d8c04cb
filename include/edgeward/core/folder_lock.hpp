#pragma once

#include <filesystem>
#include <utility>

#include <edgeward/core/result.hpp>

namespace edgeward {

// A folder for this process alone: flock(2) on the folder itself, so there is no file that could be left
// behind. It ends with the value, or with the process however that ends. Others may still read and write; it
// keeps out whoever asks for the lock too.
class FolderLock {
public:
    // unavailable: another process has it, or there is no such folder.
    static Result<FolderLock> take(const std::filesystem::path& folder);
    FolderLock(FolderLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
    FolderLock& operator=(FolderLock&& other) noexcept {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;
    ~FolderLock();

private:
    explicit FolderLock(int descriptor) noexcept : descriptor_(descriptor) {}
    int descriptor_;
};

}  // namespace edgeward
