// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {ERC1967Proxy} from "@openzeppelin/contracts/proxy/ERC1967/ERC1967Proxy.sol";
import {Initializable} from "@openzeppelin/contracts/proxy/utils/Initializable.sol";
import {UUPSUpgradeable} from "@openzeppelin/contracts/proxy/utils/UUPSUpgradeable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {Credit} from "./Credit.sol";

/// @title A regulated token as it is usually put together, measured beside ours
/// @notice Benchmark only, never deployed. Pause and a blocklist over sender, recipient and spender,
/// roles for minter, guardian and compliance, behind an upgradeable proxy; no tiers and no limits.
/// What the package for proxies would keep in storage (the domain's name) stands in the code here,
/// which makes it a little cheaper than such tokens are.
contract Regulated is ERC20Permit, AccessControl, Pausable, Initializable, UUPSUpgradeable {
    bytes32 public constant MINTER = keccak256("MINTER");
    bytes32 public constant GUARDIAN = keccak256("GUARDIAN");
    bytes32 public constant COMPLIANCE = keccak256("COMPLIANCE");

    mapping(address account => bool) private _blocked;

    error Blocked(address account);

    event BlockedSet(address indexed account, bool blocked);

    constructor() ERC20("", "") ERC20Permit("Peer Euro") {
        _disableInitializers();
    }

    function initialize(address admin) external initializer {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(MINTER, admin);
        _grantRole(GUARDIAN, admin);
        _grantRole(COMPLIANCE, admin);
    }

    function name() public pure virtual override returns (string memory) {
        return "Peer Euro";
    }

    function symbol() public pure virtual override returns (string memory) {
        return "EURP";
    }

    function mint(Credit[] calldata credits) external onlyRole(MINTER) {
        for (uint256 i = 0; i < credits.length; ++i) {
            _mint(credits[i].holder, credits[i].amount);
        }
    }

    function pause() external onlyRole(GUARDIAN) {
        _pause();
    }

    function unpause() external onlyRole(GUARDIAN) {
        _unpause();
    }

    function setBlocked(address account, bool blocked) external onlyRole(COMPLIANCE) {
        _blocked[account] = blocked;
        emit BlockedSet(account, blocked);
    }

    function transferFrom(address from, address to, uint256 value)
        public
        virtual
        override
        returns (bool)
    {
        _requireNotBlocked(_msgSender());
        return super.transferFrom(from, to, value);
    }

    function _update(address from, address to, uint256 value)
        internal
        virtual
        override
        whenNotPaused
    {
        _requireNotBlocked(from);
        _requireNotBlocked(to);
        super._update(from, to, value);
    }

    function _requireNotBlocked(address account) private view {
        if (_blocked[account]) revert Blocked(account);
    }

    function _authorizeUpgrade(address) internal override onlyRole(DEFAULT_ADMIN_ROLE) {}
}

/// @notice The same with ERC-3009.
contract RegulatedAuthorization is Regulated, ERC3009 {
    function name() public pure override(ERC20, Regulated) returns (string memory) {
        return Regulated.name();
    }

    function symbol() public pure override(ERC20, Regulated) returns (string memory) {
        return Regulated.symbol();
    }

    function transferFrom(address from, address to, uint256 value)
        public
        override(ERC20, Regulated)
        returns (bool)
    {
        return Regulated.transferFrom(from, to, value);
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, Regulated) {
        Regulated._update(from, to, value);
    }
}

/// @notice What holders of such a token call.
contract RegulatedProxy is ERC1967Proxy {
    constructor(address implementation, address admin)
        ERC1967Proxy(implementation, abi.encodeCall(Regulated.initialize, (admin)))
    {}
}
