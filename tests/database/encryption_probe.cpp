#include <edgeward/database/database.hpp>

#include <iostream>

// encryption_probe FOLDER: prints "encrypts", or the kind and message of the failure and exits 1.
int main(int count, char** arguments) {
    if (count != 2) return 2;
    const auto proof = edgeward::database::prove_encryption(arguments[1]);
    if (proof) {
        std::cout << "encrypts\n";
        return 0;
    }
    std::cout << edgeward::name_of(proof.error().kind) << ": " << proof.error().message << '\n';
    return 1;
}
