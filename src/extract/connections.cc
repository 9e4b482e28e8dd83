// connections.yml of a workspace.
#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/text.h"
#include "base/yaml.h"
#include "extract/extract.h"

namespace tradewind::extract {

namespace {

constexpr std::string_view file_name = "connections.yml";
constexpr std::size_t connections_max = 256;
constexpr std::int64_t port_max = 65'535;
constexpr std::string_view tls_words[] = {
    "disable", "prefer", "require", "verify-ca", "verify-full"
};
// Where Debian and its like keep the certificates that the system trusts; libpq 15 looks nowhere by
// itself.
constexpr const char* system_ca_file = "/etc/ssl/certs/ca-certificates.crt";

bool is_name(std::string_view name) {
    return !name.empty() && name.size() <= limits::field_name_bytes_max &&
           std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
           });
}

// Of this machine: by its own address, or by a folder with a socket.
bool is_local(std::string_view host) {
    return host.starts_with('/') || host == "localhost" || host == "::1" ||
           host.starts_with("127.");
}

Result<std::int64_t> duration_or(const yaml::Node& node, std::int64_t fallback_us) {
    if (!node.present()) return fallback_us;
    auto duration = parse_duration_us(TRY(node.text()));
    if (!duration.ok() || *duration <= 0) return node.error("not a duration, like 15s");
    return *duration;
}

class Reader {
public:
    Reader(os::Filesystem& files, const std::string& workspace)
        : files_(files), workspace_(workspace) {}

    Result<Connection> read(const std::string& name, const yaml::Node& node) {
        if (!is_name(name)) {
            return std::move(node.error("not a name for a connection: '" + name + "'"))
                .with_hint("Names are lower-case letters, digits and underscores.");
        }
        if (node.kind() != yaml::Kind::Mapping)
            return node.error("a connection holds kind: and where its database is");
        Connection connection;
        connection.name = name;
        connection.where = node.where();
        const std::string kind = TRY(node["kind"].text());
        if (kind == "sqlite") return read_sqlite(std::move(connection), node);
        if (kind == "postgres") return read_postgres(std::move(connection), node);
        return std::move(node["kind"].error("no kind of database: '" + kind + "'"))
            .with_hint("There are postgres and sqlite.");
    }

private:
    Result<Connection> read_sqlite(Connection connection, const yaml::Node& node) {
        TRY(node.allow_keys({"kind", "path"}));
        connection.kind = DatabaseKind::Sqlite;
        connection.path = os::join(workspace_, TRY(node["path"].text()));
        return connection;
    }

    Result<Connection> read_postgres(Connection connection, const yaml::Node& node) {
        TRY(node.allow_keys(
            {"kind",
             "host",
             "port",
             "database",
             "user",
             "password_env",
             "password_file",
             "tls",
             "ca_file",
             "connect_timeout",
             "silence_timeout"}
        ));
        connection.kind = DatabaseKind::Postgres;
        connection.host = TRY(node["host"].text());
        const std::int64_t port = TRY(node["port"].integer_or(connection.port));
        if (port < 1 || port > port_max) return node["port"].error("not a port");
        connection.port = static_cast<int>(port);
        connection.database = TRY(node["database"].text());
        connection.user = TRY(node["user"].text());
        connection.connect_timeout_us =
            TRY(duration_or(node["connect_timeout"], connection.connect_timeout_us));
        connection.silence_timeout_us =
            TRY(duration_or(node["silence_timeout"], connection.silence_timeout_us));
        TRY(read_password(connection, node));
        TRY(read_tls(connection, node));
        return connection;
    }

    Result<void> read_password(Connection& connection, const yaml::Node& node) {
        connection.password.variable = TRY(node["password_env"].text_or(""));
        const std::string file = TRY(node["password_file"].text_or(""));
        if (!file.empty()) connection.password.file = os::join(workspace_, file);
        if (file.empty() || connection.password.variable.empty()) return {};
        return node.error("a password is in password_env: or password_file:, not in both");
    }

    // What leaves this machine is encrypted, and the other end is who it says, unless told
    // otherwise.
    Result<void> read_tls(Connection& connection, const yaml::Node& node) {
        connection.tls =
            TRY(node["tls"].text_or(is_local(connection.host) ? "prefer" : "verify-full"));
        if (std::ranges::find(tls_words, connection.tls) == std::end(tls_words)) {
            return std::move(node["tls"].error("not a way of encryption: '" + connection.tls + "'"))
                .with_hint("There are disable, prefer, require, verify-ca and verify-full.");
        }
        const std::string file = TRY(node["ca_file"].text_or(""));
        if (!file.empty()) {
            connection.ca_file = os::join(workspace_, file);
        } else if (connection.tls.starts_with("verify") && files_.exists(system_ca_file)) {
            connection.ca_file = system_ca_file;
        }
        return {};
    }

    os::Filesystem& files_;
    const std::string& workspace_;
};

}  // namespace

const char* to_string(DatabaseKind kind) {
    return kind == DatabaseKind::Postgres ? "postgres" : "sqlite";
}

Result<Connections> read_connections(os::Filesystem& files, const std::string& workspace) {
    Connections connections;
    const std::string path = os::join(workspace, file_name);
    if (!files.exists(path)) return connections;
    const std::string text = TRY(os::read_file(files, path, limits::package_file_bytes_max));
    const yaml::Node document = TRY(yaml::parse(text, path));
    if (!document.present()) return connections;
    if (document.kind() != yaml::Kind::Mapping)
        return document.error("connections.yml holds names, and what is known of each database");
    if (document.members().size() > connections_max)
        return document.error("more than " + std::to_string(connections_max) + " connections");
    Reader reader(files, workspace);
    for (const auto& [name, node] : document.members())
        connections[name] = TRY(reader.read(name, node));
    return connections;
}

}  // namespace tradewind::extract
