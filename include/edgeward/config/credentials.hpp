#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include <edgeward/core/result.hpp>
#include <edgeward/core/secret.hpp>

namespace edgeward::config {

// Where secrets come from. The configuration names credentials; their content is read from the folder systemd
// passes in $CREDENTIALS_DIRECTORY (LoadCredential=, LoadCredentialEncrypted=) or, for an evaluation without
// systemd, from a configured folder that must not be readable by others.
// Threads: any.
class Credentials {
public:
    // `evaluation_folder` is used only when $CREDENTIALS_DIRECTORY is not set; may be empty.
    explicit Credentials(std::filesystem::path evaluation_folder = {});

    // misconfigured: no such credential, not a plain name, larger than 1 MiB, or a file others can read.
    [[nodiscard]] Result<Secret> read(std::string_view name) const;
    // The file itself, for libraries that load PEM by path. Same checks.
    [[nodiscard]] Result<std::filesystem::path> path(std::string_view name) const;

private:
    std::filesystem::path folder_;
};

}  // namespace edgeward::config
