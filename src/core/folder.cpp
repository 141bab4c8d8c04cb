#include <edgeward/core/folder.hpp>

#include <algorithm>
#include <system_error>

namespace edgeward {

namespace fs = std::filesystem;

Result<std::vector<fs::path>> files_in(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> files;
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
        if (entry->path().extension() == extension) files.push_back(entry->path());
    }
    if (error) return failure(ErrorKind::unavailable, error.message());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace edgeward
