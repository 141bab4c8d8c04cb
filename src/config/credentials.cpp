#include <edgeward/config/credentials.hpp>

#include <algorithm>
#include <cstdlib>
#include <system_error>

#include <edgeward/core/file.hpp>

namespace edgeward::config {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_credential = std::size_t{1} << 20U;
constexpr const char* systemd_folder = "CREDENTIALS_DIRECTORY";

bool is_plain_name(std::string_view name) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
               c == '_' || c == '.';
    };
    return !name.empty() && name.size() <= 255 && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), plain);
}

// systemd hands out files of mode 0400, or 0440 where an access control list lets the service's user in.
bool is_open_to_others(const fs::file_status& status) {
    return (status.permissions() & fs::perms::others_all) != fs::perms::none;
}

tl::unexpected<Error> refused(std::string_view name, const char* reason) {
    return failure(ErrorKind::misconfigured, "credential " + std::string(name) + ' ' + reason);
}

}  // namespace

Credentials::Credentials(fs::path evaluation_folder) : folder_(std::move(evaluation_folder)) {
    const char* given = std::getenv(systemd_folder);
    if (given != nullptr && *given != '\0') folder_ = given;
}

Result<fs::path> Credentials::path(std::string_view name) const {
    if (!is_plain_name(name)) {
        return failure(
            ErrorKind::misconfigured,
            "the name of a credential has 1 to 255 of A-Z a-z 0-9 - _ . and does not begin with a dot");
    }
    if (folder_.empty())
        return refused(name, "is not there: neither systemd nor the configuration names a folder");
    std::error_code error;
    const auto folder_status = fs::status(folder_, error);
    if (!fs::is_directory(folder_status)) return refused(name, "is not there: its folder does not exist");
    if (is_open_to_others(folder_status)) return refused(name, "is in a folder open to others: chmod 700");
    auto file = folder_ / name;
    const auto status = fs::status(file, error);
    if (!fs::is_regular_file(status)) return refused(name, "is not there");
    if (is_open_to_others(status)) return refused(name, "can be read by others: chmod 600");
    const auto size = fs::file_size(file, error);
    if (error || size > largest_credential) return refused(name, "is larger than 1 MiB");
    return file;
}

Result<Secret> Credentials::read(std::string_view name) const {
    const auto file = path(name);
    if (!file) return failure(file.error());
    auto content = read_file(*file, largest_credential);
    if (!content) return failure(ErrorKind::misconfigured, content.error().message);
    std::string& text = *content;
    Secret secret(bytes_of(text));
    wipe(text.data(), text.size());
    return secret;
}

}  // namespace edgeward::config
