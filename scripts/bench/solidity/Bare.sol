// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.26;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC20 as Solady} from "solady/src/tokens/ERC20.sol";
import {Credit} from "./Credit.sol";

/// @title Tokens without rules, measured beside ours
/// @notice Benchmark only, never deployed: anyone can mint. A row is measured on the smallest contract
/// that has its function, since every further function makes a call dearer.
contract OpenZeppelinBare is ERC20 {
    constructor() ERC20("Peer Euro", "EURP") {}

    function mint(Credit[] calldata credits) external {
        for (uint256 i = 0; i < credits.length; ++i) {
            _mint(credits[i].holder, credits[i].amount);
        }
    }
}

/// @notice The same with ERC-2612.
contract OpenZeppelinPermit is OpenZeppelinBare, ERC20Permit {
    constructor() ERC20Permit("Peer Euro") {}
}

/// @notice The same with ERC-3009.
contract OpenZeppelinAuthorization is OpenZeppelinBare, ERC3009 {
    constructor() EIP712("Peer Euro", "1") {}
}

/// @notice Solady's has ERC-2612 always, and its hidden allowance for Permit2 as it comes.
contract SoladyBare is Solady {
    function name() public pure override returns (string memory) {
        return "Peer Euro";
    }

    function symbol() public pure override returns (string memory) {
        return "EURP";
    }

    function mint(Credit[] calldata credits) external {
        for (uint256 i = 0; i < credits.length; ++i) {
            _mint(credits[i].holder, credits[i].amount);
        }
    }

    /// @dev Spares it hashing the name on every permit, as its authors advise.
    function _constantNameHash() internal pure override returns (bytes32) {
        return keccak256("Peer Euro");
    }
}
