#pragma once

#include <edgeward/audit/hash_chain.hpp>
#include <edgeward/audit/witness.hpp>

#include "installation.hpp"

namespace edgeward::app {

inline const std::string witnessed_origin = "edgeward/00112233445566778899aabbccddeeff";

// The files of a witness beside an evaluation installation, whose certificates it uses.
struct WitnessSite {
    WitnessSite() {
        const auto credentials = here.folder() / "credentials";
        REQUIRE(run_edgeward({"witness", "make-key", (credentials / "witness-signing-key").string()}).code ==
                0);
        write_text(credentials / "log-key", crypto::to_pem(crypto::public_key_of(seed)));
        std::filesystem::permissions(credentials / "log-key", std::filesystem::perms(0600));
        std::filesystem::create_directory(here.folder() / "memory");
        write_text(config(),
                   "[admin]\nport = 0\nrequire_client_certificate = true\nsocket = \"" +
                       (here.folder() / "witness.sock").string() +
                       "\"\n[admin.tls]\nca = \"ca\"\n[witness]\nname = \"witness.example\"\nfolder = \"" +
                       (here.folder() / "memory").string() + "\"\ncredentials_folder = \"" +
                       credentials.string() + "\"\n[[witness.log]]\norigin = \"" + witnessed_origin +
                       "\"\nkey = \"log-key\"\n");
    }
    [[nodiscard]] std::filesystem::path config() const { return here.folder() / "witness.toml"; }
    [[nodiscard]] Ran run(std::vector<std::string> words) const {
        words.insert(words.begin(), {"-c", config().string(), "witness"});
        return run_edgeward(std::move(words));
    }
    // A first checkpoint of a log of one record.
    [[nodiscard]] std::string request() const {
        audit::MerkleTree tree;
        tree.append(crypto::sha256(bytes_of("record")));
        return to_text(audit::WitnessRequest{
            0,
            {},
            audit::sign_checkpoint({witnessed_origin, 1, tree.root(), {}, system_clock().now()}, seed)});
    }

    Installation here;
    Secret seed{Bytes(32, 7)};
};

}  // namespace edgeward::app
